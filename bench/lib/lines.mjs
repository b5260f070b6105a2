// A benchmark's worker: answers JSON lines on standard input, one by one, and sleeps between them.
import { createInterface } from 'node:readline';

/** Calls `answer` with each command and writes what it returns. Ends with standard input. */
export async function answerLines(answer) {
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line)))}\n`);
  }
}

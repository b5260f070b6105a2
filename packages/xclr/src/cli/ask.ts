// Questions in a terminal, as lines: a list with numbers, or a text with what is proposed in brackets.
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Asker } from '../init/index.js';

/** A question was answered with Ctrl-C or with the end of the input. */
export class Cancelled extends Error {}

export interface Streams {
  readonly input: Readable;
  readonly output: Writable;
}

/** Asks on a terminal, or on other streams, until it is disposed of. An empty answer takes what is proposed. @throws {Cancelled} */
export function terminalAsker({ input, output }: Streams): Asker & Disposable {
  const lines = createInterface({ input, output });
  const typed: string[] = []; // lines that were pasted ahead of their question
  let waiting: { take: (line: string) => void; fail: (error: Error) => void } | undefined;
  let ended = false;
  lines.on('line', (line) => {
    if (waiting === undefined) typed.push(line);
    else waiting.take(line);
    waiting = undefined;
  });
  lines.once('SIGINT', () => lines.close());
  lines.once('close', () => {
    ended = true;
    waiting?.fail(new Cancelled('cancelled'));
  });
  const answer = async (prompt: string): Promise<string> => {
    lines.setPrompt(prompt);
    if (!ended) lines.prompt();
    const line = await new Promise<string>((take, fail) => {
      const next = typed.shift();
      if (next !== undefined) take(next);
      else if (ended) fail(new Cancelled('cancelled'));
      else waiting = { take, fail };
    });
    return line.trim();
  };
  return {
    async select(question, options, initial) {
      const listed = options.map(
        ({ label, hint }, i) => `  ${i + 1}) ${label}${hint === undefined ? '' : ` (${hint})`}\n`,
      );
      output.write(`${question}\n${listed.join('')}`);
      const proposed = options.findIndex(({ value }) => value === initial);
      for (;;) {
        const line = await answer(`Choose 1 to ${options.length} [${proposed + 1}]: `);
        const chosen = options[line === '' ? proposed : /^\d+$/.test(line) ? Number(line) - 1 : -1];
        if (chosen !== undefined) return chosen.value;
      }
    },
    text: async (question, initial) => (await answer(`${question} [${initial}]: `)) || initial,
    [Symbol.dispose]: () => lines.close(),
  };
}

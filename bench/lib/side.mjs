// One side of a comparison: a process that takes commands over standard input, so that sides can alternate.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export class Side {
  #process;
  #answers;

  /** @param command program and arguments  @param environment set on top of this process's own */
  constructor(name, [program, ...args], environment) {
    this.name = name;
    this.#process = spawn(program, args, {
      env: { ...process.env, ...environment },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#answers = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** Sends a command and waits for its answer; no other side works meanwhile. */
  async ask(command) {
    this.#process.stdin.write(`${JSON.stringify(command)}\n`);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error(`${this.name} ended without an answer to ${JSON.stringify(command)}`);
    return JSON.parse(value);
  }

  async close() {
    this.#process.stdin.end();
    if (this.#process.exitCode === null) await once(this.#process, 'exit');
  }
}

// One process beside the studio's own: jobs go to it, and answers come back by their number.
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { UserError } from '../util/errors.js';
import { workerUrl } from '../util/worker-url.js';
import type { AsideAnswer, AsideJob, AsideResults } from './aside-protocol.js';

/** A process that nobody has asked for so long ends, and its memory with it. */
const idleMs = 10 * 60_000;

/** Native threads of the process that read files: those that wait for a disk that does not answer are lost to the others. */
const threads = '16';

interface Waiting {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

export class Aside {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  readonly #what: string;
  readonly #onEnd: () => void;
  #calls = 0;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param what it does, for messages: 'reads /photos.parquet'
   * @param onEnd called when it ends, however that comes about
   */
  constructor(what: string, onEnd: () => void) {
    this.#what = what;
    this.#onEnd = onEnd;
    this.#child = fork(fileURLToPath(workerUrl(import.meta.url, './aside-process.js')), [], {
      serialization: 'advanced', // bytes stay bytes
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: [],
      env: { ...process.env, UV_THREADPOOL_SIZE: threads },
    });
    this.#child.on('message', (answer: AsideAnswer) => this.#take(answer));
    this.#child.on('error', (error) => this.end(error.message));
    this.#child.on('exit', (code, signal) => this.end(`it ended with ${signal ?? `exit code ${code}`}`));
  }

  /** @throws {UserError} as the process says */
  ask<Kind extends AsideJob['kind']>(
    job: Extract<AsideJob, { readonly kind: Kind }>,
  ): Promise<AsideResults[Kind]> {
    const call = this.#calls++;
    clearTimeout(this.#timer);
    return new Promise<AsideResults[Kind]>((resolve, reject) => {
      this.#waiting.set(call, { resolve, reject });
      this.#child.send({ call, job }, (error) => {
        if (error !== null) this.end(error.message);
      });
    }).finally(() => {
      this.#waiting.delete(call);
      if (this.#waiting.size > 0) return;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.end('nobody asked'), idleMs);
      this.#timer.unref();
    });
  }

  end(how: string): void {
    clearTimeout(this.#timer);
    this.#onEnd();
    this.#child.kill('SIGKILL'); // it keeps nothing, and may be waiting for a disk
    for (const { reject } of this.#waiting.values())
      reject(new UserError(`studio: the process that ${this.#what} has ended: ${how}`, 'Ask again.'));
    this.#waiting.clear();
  }

  #take(answer: AsideAnswer): void {
    const waiting = this.#waiting.get(answer.call);
    if ('result' in answer) waiting?.resolve(answer.result as never);
    else waiting?.reject(answer.user ? new UserError(answer.error, answer.remedy) : new Error(answer.error));
  }
}

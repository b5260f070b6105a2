// Processes beside the studio's own, one for each index or file of embeddings that is looked at; what is not used any more ends.
import { type ChildProcess, fork } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../util/errors.js';
import { workerUrl } from '../util/worker-url.js';
import type { AsideAnswer, AsideJob, AsideResults } from './aside-protocol.js';

/** Processes at a time: two indexes beside each other, and maps. The one that was used least lately ends first. */
const mostProcesses = 4;
/** A process that nobody has asked for so long ends, and its memory with it. */
const idleMs = 10 * 60_000;

interface Waiting {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

interface Aside {
  readonly child: ChildProcess;
  readonly waiting: Map<number, Waiting>;
  /** Of the file when the process was started: one that was written anew is read anew. */
  readonly changedAt: number;
  timer: NodeJS.Timeout | undefined;
}

export class Asides implements Disposable {
  readonly #asides = new Map<string, Aside>();
  #calls = 0;
  #disposed = false;

  [Symbol.dispose](): void {
    this.#disposed = true;
    for (const [path, aside] of this.#asides) this.#end(path, aside, 'the studio ends');
  }

  /** @throws {UserError} as the process says */
  async do<Kind extends AsideJob['kind']>(
    job: Extract<AsideJob, { readonly kind: Kind }>,
  ): Promise<AsideResults[Kind]> {
    const { path } = job;
    const changedAt = await changeOf(path);
    if (this.#disposed) throw new Error('the studio ends');
    let aside = this.#asides.get(path);
    if (aside !== undefined && aside.changedAt !== changedAt) {
      this.#end(path, aside, 'its file was written anew');
      aside = undefined;
    }
    aside ??= this.#start(path, changedAt);
    this.#asides.delete(path);
    this.#asides.set(path, aside); // the last used is the last
    for (const [oldest, one] of this.#asides) {
      if (this.#asides.size <= mostProcesses) break;
      this.#end(oldest, one, 'too many were looked at');
    }
    return await this.#ask(path, aside, job);
  }

  #ask<Result>(path: string, aside: Aside, job: AsideJob): Promise<Result> {
    const call = this.#calls++;
    clearTimeout(aside.timer);
    return new Promise<Result>((resolve, reject) => {
      aside.waiting.set(call, { resolve, reject });
      aside.child.send({ call, job }, (error) => {
        if (error !== null) this.#end(path, aside, error.message);
      });
    }).finally(() => {
      aside.waiting.delete(call);
      if (aside.waiting.size > 0) return;
      clearTimeout(aside.timer);
      aside.timer = setTimeout(() => this.#end(path, aside, 'nobody asked'), idleMs);
      aside.timer.unref();
    });
  }

  #start(path: string, changedAt: number): Aside {
    const child = fork(fileURLToPath(workerUrl(import.meta.url, './aside-process.js')), [], {
      serialization: 'advanced', // bytes stay bytes
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: [],
    });
    const aside: Aside = { child, waiting: new Map(), changedAt, timer: undefined };
    child.on('message', (answer: AsideAnswer) => {
      const waiting = aside.waiting.get(answer.call);
      if ('result' in answer) waiting?.resolve(answer.result as never);
      else
        waiting?.reject(
          answer.user ? new UserError(answer.error, answer.remedy) : new Error(`${path}: ${answer.error}`),
        );
    });
    child.on('error', (error) => this.#end(path, aside, error.message));
    child.on('exit', (code, signal) =>
      this.#end(path, aside, `it ended with ${signal ?? `exit code ${code}`}`),
    );
    return aside;
  }

  #end(path: string, aside: Aside, how: string): void {
    clearTimeout(aside.timer);
    if (this.#asides.get(path) === aside) this.#asides.delete(path);
    aside.child.kill();
    for (const { reject } of aside.waiting.values())
      reject(new UserError(`studio: the process that reads ${path} has ended: ${how}`, 'Ask again.'));
    aside.waiting.clear();
  }
}

/** When an index or a file last changed, in milliseconds. */
async function changeOf(path: string): Promise<number> {
  const file =
    (await stat(join(path, 'index.json')).catch(() => null)) ?? (await stat(path).catch(() => null));
  if (file === null) throw new UserError(`studio: ${path} is no longer there`);
  return file.mtimeMs;
}

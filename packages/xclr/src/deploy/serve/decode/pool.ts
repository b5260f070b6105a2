// Decoding processes that can be ended: whatever a file does to a decoder, it has a time and a memory, and then it is gone.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ImageRef } from '../../../data/types.js';
import { workerUrl } from '../../../util/worker-url.js';
import type { PreparedImage } from '../../encoder/prepared-image.js';
import { abortable, removeFrom } from '../abortable.js';
import type { DecodeAnswer, DecodeJob, DecoderStart } from './protocol.js';

/** Limits of the decoding processes. */
export interface DecodeProcessesOptions extends DecoderStart {
  /** Processes; each decodes one image at a time. */
  readonly processes: number;
  /** Seconds that one image may take. */
  readonly timeoutSeconds: number;
  /** Resident memory that a process may have while it decodes, in bytes; watched where /proc tells it. */
  readonly memoryBytes?: number;
  /** Told of every process that had to be ended, or ended by itself. */
  readonly onEnded?: (reason: string) => void;
  /** The processes' entry file; only a test gives another one. */
  readonly entry?: URL;
}

interface Waiting {
  readonly job: DecodeJob;
  readonly resolve: (answer: DecodeAnswer) => void;
  readonly reject: (error: Error) => void;
}

interface Decoder {
  readonly child: ChildProcess;
  ready: boolean;
  /** What it works on; null: it is idle. */
  at: { readonly waiting: Waiting; readonly until: number } | null;
  /** Why it was ended, where it was. */
  reason?: string;
}

/** How often running decoders are looked at, in ms. */
const look = 100;
const defaultMemory = 2 * 2 ** 30;

/** Decodes images in processes of their own, first come, first served. */
export class DecodeProcesses implements AsyncDisposable {
  readonly #options: DecodeProcessesOptions;
  readonly #decoders = new Set<Decoder>();
  readonly #queue: Waiting[] = [];
  #watch: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: DecodeProcessesOptions) {
    this.#options = options;
  }

  /** Images that wait for a process. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** Starts all processes now, so that the first images need not wait for them. */
  start(): void {
    while (!this.#closed && this.#decoders.size < this.#options.processes) this.#start();
  }

  /** @throws an Error with the reason where the bytes cannot be decoded within the limits */
  async prepare(bytes: Uint8Array, signal: AbortSignal): Promise<PreparedImage> {
    const answer = await this.#do({ kind: 'prepare', bytes }, signal);
    if (answer.kind === 'prepared') return answer.image;
    throw new Error(answer.kind === 'failed' ? answer.reason : 'the decoder answered something else');
  }

  /** A WebP file; null where the image cannot be read. The path comes from the index, never from a request. */
  async thumbnail(image: ImageRef, signal: AbortSignal): Promise<Uint8Array | null> {
    const answer = await this.#do({ kind: 'thumbnail', image }, signal);
    return answer.kind === 'thumbnail' ? answer.webp : null;
  }

  #do(job: DecodeJob, signal: AbortSignal): Promise<DecodeAnswer> {
    if (this.#closed) return Promise.reject(new Error('the decoders were closed'));
    return abortable<DecodeAnswer>(signal, (resolve, reject) => {
      const waiting: Waiting = { job, resolve, reject };
      this.#queue.push(waiting);
      this.#dispatch();
      return () => removeFrom(this.#queue, waiting); // one that is being decoded goes on: it has its own time
    });
  }

  #dispatch(): void {
    while (this.#queue.length > 0 && !this.#closed) {
      const idle = [...this.#decoders].find(({ ready, at }) => ready && at === null);
      if (idle === undefined) {
        const starting = [...this.#decoders].filter(({ ready }) => !ready).length;
        if (starting < this.#queue.length && this.#decoders.size < this.#options.processes) this.#start();
        return;
      }
      const waiting = this.#queue.shift()!;
      idle.at = { waiting, until: performance.now() + 1000 * this.#options.timeoutSeconds };
      hold(idle.child);
      idle.child.send(waiting.job, (error) => {
        if (error !== null) this.#end(idle, `could not be reached: ${error.message}`);
      });
      this.#watch ??= setInterval(() => this.#look(), look);
    }
  }

  #start(): void {
    const { preparation, limitPixels, entry = workerUrl(import.meta.url, './process.js') } = this.#options;
    const child = fork(fileURLToPath(entry), [], {
      serialization: 'advanced', // bytes stay bytes
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: [],
      // One thread of libvips, and small arenas: a decoder's memory goes back to the system.
      env: { ...process.env, UV_THREADPOOL_SIZE: '1', MALLOC_ARENA_MAX: '1' },
    });
    const decoder: Decoder = { child, ready: false, at: null };
    this.#decoders.add(decoder);
    child.on('message', (answer: 'ready' | DecodeAnswer) => {
      if (answer === 'ready') decoder.ready = true;
      else {
        decoder.at?.waiting.resolve(answer);
        decoder.at = null;
      }
      if (this.#closed) return;
      this.#dispatch();
      if (decoder.at !== null) return;
      release(child); // an idle process does not keep the server alive
      this.#rest();
    });
    child.on('error', (error) => {
      decoder.reason ??= error.message;
      if (child.pid === undefined) this.#ended(decoder, error.message); // it never began, so it will not exit either
    });
    child.on('exit', (code, signal) =>
      this.#ended(decoder, `it ended with ${signal ?? `exit code ${code}`}`),
    );
    const start: DecoderStart = { preparation, limitPixels };
    child.send(start, (error) => {
      if (error !== null) this.#end(decoder, `could not be started: ${error.message}`);
    });
  }

  #rest(): void {
    if ([...this.#decoders].some(({ at }) => at !== null)) return;
    clearInterval(this.#watch);
    this.#watch = undefined;
  }

  /** Ends what has taken too long or too much. */
  #look(): void {
    const { timeoutSeconds, memoryBytes = defaultMemory } = this.#options;
    for (const decoder of this.#decoders) {
      if (decoder.at === null || decoder.reason !== undefined) continue;
      if (performance.now() >= decoder.at.until) this.#end(decoder, `took more than ${timeoutSeconds} s`);
      else if (residentBytes(decoder.child.pid) > memoryBytes) {
        this.#end(decoder, `took more than ${Math.round(memoryBytes / 2 ** 20)} MiB of memory`);
      }
    }
  }

  #end(decoder: Decoder, reason: string): void {
    decoder.reason ??= reason;
    decoder.child.kill('SIGKILL');
  }

  #ended(decoder: Decoder, how: string): void {
    if (!this.#decoders.delete(decoder)) return;
    const { reason } = decoder;
    if (!this.#closed) this.#options.onEnded?.(reason ?? how);
    decoder.at?.waiting.reject(new Error(`decoding ${reason ?? `crashed: ${how}`}`));
    if (!decoder.ready && !this.#closed) {
      // None could be started, and the next would not start either.
      for (const { reject } of this.#queue.splice(0))
        reject(new Error(`no decoder could be started: ${how}`));
    }
    decoder.at = null;
    this.#rest();
    this.#dispatch();
  }

  /** Ends the processes, whatever they do; images that wait are rejected. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    for (const { reject } of this.#queue.splice(0)) reject(new Error('the decoders were closed'));
    await Promise.all(
      [...this.#decoders].map(async ({ child }) => {
        hold(child);
        const exit = once(child, 'exit');
        child.kill('SIGKILL');
        await exit;
      }),
    );
    clearInterval(this.#watch);
  }
}

function hold(child: ChildProcess): void {
  child.ref();
  child.channel?.ref();
}

function release(child: ChildProcess): void {
  child.unref();
  child.channel?.unref();
}

/** 0 where it is not known. */
function residentBytes(pid: number | undefined): number {
  try {
    return 1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

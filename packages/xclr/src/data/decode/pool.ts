// A pool of decoding threads that outlives the crash of any of them, and a decoder that never comes back.

import { Worker } from 'node:worker_threads';
import { append } from '../../util/arrays.js';
import { UserError } from '../../util/errors.js';
import { workerUrl } from '../../util/worker-url.js';
import { holdImage } from '../remote/hold.js';
import type { ImageRef } from '../types.js';
import type { DecodedImage } from './decoded.js';
import type { ImageSize } from './image-size.js';
import type { Answer, Job, WorkerStart } from './protocol.js';

/** Settings of a pool. */
export interface DecodePoolOptions {
  /** Threads; 2 by default. Each decodes one image at a time. */
  readonly workers?: number;
  /** Seconds after which a thread that still holds the same image is taken for hung, and ended; 60 by default. */
  readonly timeoutSeconds?: number;
  /** 'skip' (default): the image that crashed a thread is broken, like any other. 'stop': decode() rejects. */
  readonly onCrash?: 'skip' | 'stop';
  /** Told at once of a thread that crashed or hung, with the image that it held. */
  readonly onCrashed?: (crash: DecoderCrash) => void;
  /** The threads' entry file; only a test gives another one than the pool's own. */
  readonly entry?: URL;
}

/** A decoding thread that died or was ended. */
export interface DecoderCrash {
  readonly image: ImageRef;
  readonly reason: string;
}

/** An image, or why it could not be decoded. */
export type DecodeResult = DecodedImage | { readonly reason: string };

interface Waiting {
  readonly job: Job;
  readonly resolve: (result: DecodeResult) => void;
  readonly reject: (error: Error) => void;
}

interface Thread {
  readonly worker: Worker;
  readonly holding: Int32Array;
  /** Jobs that were sent and not yet answered, by id. */
  readonly sent: Map<number, Waiting>;
  /** The job that it held when it was last looked at, and since when it has. */
  seen: { job: number; since: number };
}

/** Jobs sent in one message: enough to make messages cheap, few enough to share the work evenly. */
const jobsAMessage = 4;

/** Jobs that a thread may have ahead of it, so that it keeps working while a training step holds the main thread. */
const jobsAhead = 256;

/** Decodes images on threads, first come, first served. */
export class DecodePool implements AsyncDisposable {
  readonly workers: number;
  readonly #entry: URL;
  readonly #timeout: number;
  readonly #onCrash: 'skip' | 'stop';
  readonly #onCrashed: ((crash: DecoderCrash) => void) | undefined;
  readonly #threads = new Set<Thread>();
  readonly #queue: Waiting[] = [];
  #watch: NodeJS.Timeout | undefined;
  #next = 0;
  #closed = false;

  constructor({
    workers = 2,
    timeoutSeconds = 60,
    onCrash = 'skip',
    onCrashed,
    entry = workerUrl(import.meta.url, './worker.js'),
  }: DecodePoolOptions = {}) {
    if (!Number.isInteger(workers) || workers < 1) {
      throw new RangeError(`DecodePool: workers must be an integer of at least 1, got ${workers}`);
    }
    if (!(timeoutSeconds > 0)) {
      throw new RangeError(`DecodePool: timeoutSeconds must be above 0, got ${timeoutSeconds}`);
    }
    this.workers = workers;
    this.#timeout = timeoutSeconds * 1000;
    this.#onCrash = onCrash;
    this.#onCrashed = onCrashed;
    this.#entry = entry;
  }

  /**
   * Decodes one image. Never rejects for a bad image, but with a UserError for one that crashed its decoder where
   * `onCrash` is 'stop'.
   */
  decode(image: ImageRef, size: ImageSize): Promise<DecodeResult> {
    return image.url === undefined
      ? this.#enqueue(image, size)
      : holdImage(image, () => this.#enqueue(image, size));
  }

  #enqueue(image: ImageRef, size: ImageSize): Promise<DecodeResult> {
    if (this.#closed) return Promise.reject(new Error('DecodePool.decode: the pool was disposed'));
    return new Promise((resolve, reject) => {
      this.#queue.push({
        job: { id: this.#next++ % 0x7fff_ffff, image, size },
        resolve,
        reject,
      });
      if (this.#queue.length === 1) queueMicrotask(() => this.#dispatch()); // after the caller's whole batch
    });
  }

  /** Hands out the queue, a message at a time to the thread with the least ahead of it. */
  #dispatch(): void {
    while (this.#queue.length > 0) {
      if (this.#threads.size < this.workers) this.#start();
      const thread = [...this.#threads].reduce((a, b) => (b.sent.size < a.sent.size ? b : a));
      if (thread.sent.size >= jobsAhead) break;
      const batch = this.#queue.splice(0, jobsAMessage);
      for (const waiting of batch) thread.sent.set(waiting.job.id, waiting);
      thread.worker.ref();
      thread.worker.postMessage(batch.map((waiting) => waiting.job));
    }
  }

  #start(): void {
    const shared = new SharedArrayBuffer(4);
    const holding = new Int32Array(shared);
    holding[0] = -1;
    const workerData: WorkerStart = { holding: shared };
    const thread: Thread = {
      worker: new Worker(this.#entry, { workerData }),
      holding,
      sent: new Map(),
      seen: { job: -1, since: 0 },
    };
    let failure: string | undefined;
    thread.worker.on('message', (answers: readonly Answer[]) => {
      for (const answer of answers) {
        const result = 'image' in answer ? answer.image : { reason: answer.reason };
        thread.sent.get(answer.id)?.resolve(result);
        thread.sent.delete(answer.id);
      }
      if (this.#closed) return; // its end is awaited: without a reference to it the process would exit before
      this.#dispatch();
      if (thread.sent.size === 0) thread.worker.unref(); // an idle pool does not keep the process alive
    });
    thread.worker.on('error', (error) => {
      failure = error.message;
    });
    thread.worker.on('exit', (code) =>
      this.#ended(thread, `crashed: ${failure ?? `it exited with code ${code}`}`),
    );
    this.#threads.add(thread);
    this.#watch ??= setInterval(() => this.#endHung(), this.#timeout / 4).unref();
  }

  /**
   * Ends threads that hold the image that they held a time-out ago. Both looks are at the thread itself, so a training
   * step that keeps this thread busy for minutes makes no decoder look hung.
   */
  #endHung(): void {
    const now = performance.now();
    for (const thread of this.#threads) {
      const job = Atomics.load(thread.holding, 0);
      if (job === -1 || job !== thread.seen.job) thread.seen = { job, since: now };
      else if (now - thread.seen.since >= this.#timeout) {
        void thread.worker.terminate(); // not waited for: native code that hangs may never let it end
        this.#ended(thread, `did not come back within ${this.#timeout / 1000} s`);
      }
    }
  }

  /**
   * A thread is gone: the image it held is the suspect, its other jobs go back to the head of the queue. A thread
   * that held none could not start at all, and another would not either.
   */
  #ended(thread: Thread, what: string): void {
    if (!this.#threads.delete(thread)) return; // given up already
    const held = Atomics.load(thread.holding, 0);
    const rest: Waiting[] = [];
    for (const waiting of thread.sent.values()) {
      if (this.#closed) waiting.reject(new Error('DecodePool: disposed while images were waiting'));
      else if (held === -1) waiting.reject(new Error(`DecodePool: a decoding thread failed: it ${what}`));
      else if (waiting.job.id === held) this.#crashed(waiting, `the decoder ${what}`);
      else rest.push(waiting);
    }
    const behind = this.#queue.splice(0);
    append(this.#queue, rest);
    append(this.#queue, behind);
    if (!this.#closed) this.#dispatch();
  }

  #crashed({ job: { image }, resolve, reject }: Waiting, reason: string): void {
    this.#onCrashed?.({ image, reason });
    if (this.#onCrash === 'skip') {
      resolve({ reason });
      return;
    }
    const { path, part } = image;
    reject(
      new UserError(
        `decoding: ${reason}, with ${path}${part === undefined ? '' : ` from byte ${part.offset}`}`,
        'Leave the image out (--data-exclude), or let such images be skipped (--on-decoder-crash skip).',
      ),
    );
  }

  /** Stops the threads; images still waiting are rejected, for nothing is known of them. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    clearInterval(this.#watch);
    for (const waiting of this.#queue.splice(0)) {
      waiting.reject(new Error('DecodePool: disposed while images were waiting'));
    }
    await Promise.all([...this.#threads].map((thread) => thread.worker.terminate()));
  }
}

// An ONNX session on a thread of its own.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { InferenceSession } from 'onnxruntime-node';
import { requireOnnxruntime } from '../../util/onnxruntime.js';
import { workerUrl } from '../../util/worker-url.js';
import type { Pass, Rows, SessionAnswer, SessionStart } from './session-protocol.js';

interface Waiting {
  readonly resolve: (rows: Rows) => void;
  readonly reject: (error: Error) => void;
}

export class OnnxSession implements AsyncDisposable {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #opened: Extract<SessionAnswer, { kind: 'opened' }>['opened'] = { inputs: [], outputs: [] };
  #next = 0;
  /** Why no more passes are taken. */
  #ended: string | undefined;

  private constructor(worker: Worker) {
    this.#worker = worker;
  }

  /** @throws an Error with onnxruntime's words where the file cannot be opened */
  static async open(start: SessionStart): Promise<OnnxSession> {
    requireOnnxruntime();
    const worker = new Worker(workerUrl(import.meta.url, './session-worker.js'), { workerData: start });
    const session = new OnnxSession(worker);
    await new Promise<void>((resolve, reject) => {
      worker.once('message', (answer: SessionAnswer) => {
        if (answer.kind === 'not opened') reject(new Error(answer.error));
        else if (answer.kind === 'opened') {
          session.#opened = answer.opened;
          resolve();
        }
      });
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`its thread ended with exit code ${code}`)));
    });
    session.#listen();
    worker.unref(); // a program may end with sessions open
    return session;
  }

  get inputs(): readonly InferenceSession.ValueMetadata[] {
    return this.#opened.inputs;
  }

  get outputs(): readonly InferenceSession.ValueMetadata[] {
    return this.#opened.outputs;
  }

  /** @param pass its `data` goes to the thread, and is empty here afterwards */
  run(pass: Omit<Pass, 'id'>): Promise<Rows> {
    if (this.#ended !== undefined) return Promise.reject(new Error(this.#ended));
    const id = this.#next++;
    if (this.#waiting.size === 0) this.#worker.ref();
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, ...pass }, [pass.data.buffer]);
    });
  }

  /** Ends the thread after the passes that were asked for. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ended !== undefined) return;
    this.#ended = 'the encoder was closed';
    this.#worker.ref();
    const exit = once(this.#worker, 'exit');
    this.#worker.postMessage('release');
    await exit;
  }

  #listen(): void {
    this.#worker.on('message', (answer: SessionAnswer) => {
      if (answer.kind !== 'rows' && answer.kind !== 'failed') return;
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if (this.#waiting.size === 0 && this.#ended === undefined) this.#worker.unref();
      if (answer.kind === 'rows') waiting?.resolve(answer.rows);
      else waiting?.reject(new Error(answer.error));
    });
    this.#worker.on('error', (error: Error) => this.#end(`its thread failed: ${error.message}`));
    this.#worker.on('exit', (code) => this.#end(`its thread ended with exit code ${code}`));
  }

  #end(reason: string): void {
    this.#ended ??= reason;
    for (const { reject } of this.#waiting.values()) reject(new Error(reason));
    this.#waiting.clear();
  }
}

// The maps of a run's snapshots: laid out one after the other on a thread, kept, and continued as training goes on.
import { Worker } from 'node:worker_threads';
import { workerUrl } from '../util/worker-url.js';
import type { LayoutTask } from './layout.js';
import type { Rows, SampledRuns } from './sampled-runs.js';
import type { WatchedRun } from './watched-run.js';

interface Map2D {
  readonly steps: number[];
  /** (n, 2) for each step. */
  readonly positions: Float32Array[];
  /** What the layouts are of: the sample may be written anew. */
  readonly sample: unknown;
  working: boolean;
  problem: Error | null;
}

export class Layouts implements AsyncDisposable {
  readonly #sampled: SampledRuns;
  readonly #maps = new Map<string, Map2D>();
  #worker: Worker | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  #disposed = false;

  constructor(sampled: SampledRuns) {
    this.#sampled = sampled;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    await this.#worker?.terminate();
  }

  /** The layouts that are done; those that are not go on being made. */
  async of(
    run: WatchedRun,
    which: Rows,
  ): Promise<{ steps: readonly number[]; positions: readonly Float32Array[]; complete: boolean }> {
    const key = `${run.id} ${which}`;
    const { sample } = await this.#sampled.open(run);
    const wanted = await this.#sampled.steps(run);
    let map = this.#maps.get(key);
    if (map === undefined || map.sample !== sample) {
      map = { steps: [], positions: [], sample, working: false, problem: null };
      this.#maps.set(key, map);
    }
    if (map.problem !== null) throw map.problem;
    const complete = map.steps.length >= wanted.length;
    if (!complete && !map.working) {
      map.working = true;
      void this.#continue(map, run, which, wanted);
    }
    return { steps: [...map.steps], positions: [...map.positions], complete };
  }

  async #continue(map: Map2D, run: WatchedRun, which: Rows, wanted: readonly number[]): Promise<void> {
    try {
      for (const step of wanted.slice(map.steps.length)) {
        if (this.#disposed) return;
        const { values, columns } = await this.#sampled.rows(run, step, which);
        const start = map.positions.at(-1) ?? null;
        const plane = await this.#inTurn({ values, columns, start });
        map.steps.push(step);
        map.positions.push(plane);
      }
    } catch (error) {
      if (!this.#disposed) map.problem = error instanceof Error ? error : new Error(String(error));
    } finally {
      map.working = false;
    }
  }

  #inTurn(task: LayoutTask): Promise<Float32Array> {
    const result = this.#turn.then(() => this.#work(task));
    this.#turn = result.catch(() => undefined);
    return result;
  }

  #work(task: LayoutTask): Promise<Float32Array> {
    this.#worker ??= new Worker(workerUrl(import.meta.url, './layout-worker.js'));
    const worker = this.#worker;
    worker.unref();
    return new Promise<Float32Array>((resolve, reject) => {
      const settle = (done: () => void) => {
        // Its own alone: `terminate` listens for the end too.
        worker.off('message', arrived).off('error', failed).off('exit', ended);
        done();
      };
      const arrived = (plane: Float32Array) => settle(() => resolve(plane));
      const failed = (error: Error) => {
        this.#worker = null;
        settle(() => reject(error));
      };
      const ended = (code: number) => failed(new Error(`the thread ended with exit code ${code}`));
      worker.on('message', arrived).on('error', failed).on('exit', ended);
      worker.postMessage(task);
    });
  }
}

// Where a run's time goes: seconds in all, waiting for images, and views a second.
import type { Stateful } from './stateful.js';

interface Lap {
  readonly data: number;
  readonly step: number;
  readonly views: number;
  /** Whether images were still being decoded that are kept decoded. */
  readonly firstPass: boolean;
}

/** With fewer steps than this, the wait for the first batches would look like a habit. */
const fewestCounted = 20;

export interface StopwatchState {
  /** Seconds of training so far, over all sessions. */
  readonly seconds: number;
}

export class Stopwatch implements Stateful<StopwatchState> {
  #before = 0;
  readonly #began = performance.now();
  #lapBegan = performance.now();
  #laps: Lap[] = [];
  #last: Lap | undefined;
  readonly #viewsEach: number;
  #uncounted: number;
  #data = 0;
  #steps = 0;
  #counted = 0;

  /** @param options viewsEach: views that an image gives; firstPass: first steps of this session in which images are decoded once and for all */
  constructor({ viewsEach, firstPass = 0 }: { readonly viewsEach: number; readonly firstPass?: number }) {
    this.#viewsEach = viewsEach;
    this.#uncounted = firstPass;
  }

  /** Begins a step, so that what came between steps (validation, checkpoints) does not count. */
  start(): void {
    this.#lapBegan = performance.now();
  }

  /** Ends a step with a batch, some of whose seconds went into waiting for it. */
  lap({
    waitSeconds: data,
    indices,
  }: {
    readonly waitSeconds: number;
    readonly indices: { readonly length: number };
  }): void {
    const step = (performance.now() - this.#lapBegan) / 1000;
    this.#last = { data, step, views: this.#viewsEach * indices.length, firstPass: this.#uncounted > 0 };
    this.#laps.push(this.#last);
    if (this.#uncounted-- > 0) return;
    this.#data += data;
    this.#steps += step;
    this.#counted++;
  }

  /** Means over the laps since the last call. */
  means(): { dataSeconds: number; stepSeconds: number; viewsPerSecond: number } {
    const sum = (of: (lap: Lap) => number) => this.#laps.reduce((total, lap) => total + of(lap), 0);
    const [count, seconds] = [this.#laps.length, sum((lap) => lap.step)];
    const means = {
      dataSeconds: sum((lap) => lap.data) / count,
      stepSeconds: seconds / count,
      viewsPerSecond: sum((lap) => lap.views) / seconds,
    };
    this.#laps = [];
    return means;
  }

  /** Of the last step, with the wait for its images. */
  get lastStepSeconds(): number {
    return this.#last?.step ?? 0;
  }

  /** Whether images were still being decoded in the last step that are kept decoded. */
  get inFirstPass(): boolean {
    return this.#last?.firstPass ?? false;
  }

  /** Of the last step. */
  get viewsPerSecond(): number {
    return this.#last === undefined ? 0 : this.#last.views / this.#last.step;
  }

  /** Of this session. */
  get sessionSeconds(): number {
    return (performance.now() - this.#began) / 1000;
  }

  /** Of all sessions. */
  get seconds(): number {
    return this.#before + this.sessionSeconds;
  }

  /** Fraction of the steps' time spent waiting for images; 0 where too few steps tell: the first ones fill the queue. */
  get dataFraction(): number {
    return this.#counted < fewestCounted ? 0 : this.#data / this.#steps;
  }

  stateDict(): StopwatchState {
    return { seconds: this.seconds };
  }

  loadStateDict({ seconds }: StopwatchState): void {
    this.#before = seconds;
  }
}

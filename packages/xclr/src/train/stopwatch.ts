// Where a run's time goes: seconds in all, waiting for images, and views a second.

interface Lap {
  readonly data: number;
  readonly step: number;
  readonly views: number;
}

export class Stopwatch {
  readonly #before: number;
  readonly #began = performance.now();
  #lapBegan = performance.now();
  #saved = performance.now();
  #laps: Lap[] = [];
  #last: Lap | undefined;
  #data = 0;
  #steps = 0;

  /** `before`: seconds of earlier sessions. */
  constructor(before = 0) {
    this.#before = before;
  }

  /** Begins a step, so that what came between steps (validation, checkpoints) does not count. */
  start(): void {
    this.#lapBegan = performance.now();
  }

  /** Ends a step: `data` of its seconds went into waiting for images. */
  lap(data: number, views: number): void {
    const step = (performance.now() - this.#lapBegan) / 1000;
    this.#last = { data, step, views };
    this.#laps.push(this.#last);
    this.#data += data;
    this.#steps += step;
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

  /** Of the last step. */
  get viewsPerSecond(): number {
    return this.#last === undefined ? 0 : this.#last.views / this.#last.step;
  }

  get seconds(): number {
    return this.#before + (performance.now() - this.#began) / 1000;
  }

  get dataFraction(): number {
    return this.#steps === 0 ? 0 : this.#data / this.#steps;
  }

  /** True when so many steps are done, or so many minutes have passed since it last said so. */
  dueForCheckpoint(
    step: number,
    { steps, minutes }: { steps: number | null; minutes: number | null },
  ): boolean {
    const late = minutes !== null && performance.now() - this.#saved > minutes * 60_000;
    const due = late || (steps !== null && step % steps === 0);
    if (due) this.#saved = performance.now();
    return due;
  }
}

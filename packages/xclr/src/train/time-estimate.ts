// How long the rest of a run takes, told once from a few of its steps.
import { duration } from '../util/progress.js';

/** A step that was done. */
export interface TimedStep {
  /** Since this session began. */
  readonly sessionSeconds: number;
  /** Of this step, with the wait for its images. */
  readonly stepSeconds: number;
  /** Steps of the run that are left. */
  readonly left: number;
  /** Whether images were still being decoded that are kept decoded. */
  readonly inFirstPass: boolean;
}

/** First steps that do not count: they make the optimizer's state and wait for the first images. */
const untimed = 2;
/** Steps whose mean is told. A run with less than three times as many left is over before it would help. */
const timed = 10;
/** How long the first pass over the images, whose steps are slower than later ones, is waited for at most. */
const patienceSeconds = 60;

export class TimeEstimate {
  #steps = 0;
  #timed = 0;
  #seconds = 0;

  /** Counts a step of this session; a sentence where it is the one that tells, else null. */
  see({ sessionSeconds, stepSeconds, left, inFirstPass }: TimedStep): string | null {
    if (++this.#steps <= untimed || this.#timed === timed) return null;
    if (inFirstPass && sessionSeconds < patienceSeconds) return null;
    this.#seconds += stepSeconds;
    if (++this.#timed < timed || left < 3 * timed) return null;
    const each = this.#seconds / timed;
    return `${each.toPrecision(2)} s a step: the ${left.toLocaleString('en-GB')} steps left take about ${duration(left * each)}, validation aside`;
  }
}

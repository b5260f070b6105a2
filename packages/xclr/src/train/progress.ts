// How far a run is, and how good it was at its best.
import type { Stateful } from './stateful.js';

export interface ProgressState {
  /** Optimizer steps done. */
  readonly step: number;
  /** Lowest validation loss so far, null before the first. */
  readonly bestValidationLoss: number | null;
}

export class Progress implements Stateful<ProgressState> {
  readonly totalSteps: number;
  #step = 0;
  #best: number | null = null;

  constructor(totalSteps: number) {
    this.totalSteps = totalSteps;
  }

  get step(): number {
    return this.#step;
  }

  get finished(): boolean {
    return this.#step >= this.totalSteps;
  }

  /** Counts a step that was done. */
  advance(): void {
    this.#step++;
  }

  /** True where a validation loss is the lowest so far, which is then remembered. */
  improves(validationLoss: number | undefined): boolean {
    if (validationLoss === undefined || !(validationLoss < (this.#best ?? Number.POSITIVE_INFINITY)))
      return false;
    this.#best = validationLoss;
    return true;
  }

  stateDict(): ProgressState {
    return { step: this.#step, bestValidationLoss: this.#best };
  }

  loadStateDict({ step, bestValidationLoss }: ProgressState): void {
    this.#step = step;
    this.#best = bestValidationLoss;
  }
}

// Notices when a run learns nothing: once, after the warm-up and not in short runs.

/** Steps over which the loss is averaged: a single step's is noise. */
const span = 50;

/** A step, as far as it tells of learning: a loss that learns falls from that of a random guess to the targets' entropy. */
export interface WatchedStep {
  readonly step: number;
  readonly loss: number;
  /** Loss of a random guess. */
  readonly chanceLoss: number;
  readonly targetEntropy: number | undefined;
}

export class LearningWatch {
  /** The step at which it is checked: a third of the steps after the warm-up, because little is learned while the rate still rises. */
  readonly at: number;
  #sum = 0;
  #count = 0;

  constructor({ totalSteps, warmupSteps }: { readonly totalSteps: number; readonly warmupSteps: number }) {
    const after = totalSteps - warmupSteps;
    this.at = after < 3 * span ? Number.POSITIVE_INFINITY : warmupSteps + Math.ceil(after / 3);
  }

  /** Looks at a step. @returns the notice, at the step of the check and if nothing was learned; else null */
  see({ step, loss, chanceLoss, targetEntropy }: WatchedStep): string | null {
    if (step <= this.at - span || step > this.at) return null;
    this.#sum += loss;
    this.#count++;
    if (step < this.at || targetEntropy === undefined) return null;
    const mean = this.#sum / this.#count;
    // A fiftieth of the way that the loss can go at most.
    if (chanceLoss - mean > 0.02 * (chanceLoss - targetEntropy)) return null;
    return (
      `after ${step} steps the loss, ${mean.toFixed(3)}, is still that of a random guess, ${chanceLoss.toFixed(3)}: ` +
      'try another learning rate or weaker augmentation, or look at the captions (xclr graph inspect)'
    );
  }
}

// Cross-entropy over classes, the supervised baseline.
import type { Tensor } from '@xclr/torch';

/** Settings of the supervised loss. */
export interface SupervisedLossOptions {
  /** Fraction of the target spread over all classes; Szegedy et al. 2016 (arXiv 1512.00567), section 7. */
  labelSmoothing?: number;
}

/**
 * Cross-entropy between class scores and labels, with label smoothing.
 * @param logits (n, classes); call it outside of autocast
 * @param classes (n) int64
 * @returns a scalar, float32 (float64 for float64 input), in nats
 */
export function supervisedLoss(
  logits: Tensor,
  classes: Tensor,
  { labelSmoothing = 0 }: SupervisedLossOptions = {},
): Tensor {
  if (logits.size(0) !== classes.size(0)) {
    throw new Error(
      `supervisedLoss: expected a class for each of ${logits.size(0)} rows, got ${classes.size(0)}`,
    );
  }
  const dtype = logits.dtype === 'float64' ? 'float64' : 'float32';
  return logits.to({ dtype }).crossEntropyLoss(classes, { labelSmoothing });
}

/**
 * Cross-entropy between class scores and targets that spread over classes, as a tree smooths them.
 * @param logits (n, classes); call it outside of autocast
 * @param targets (n, classes) rows of sum 1
 * @returns a scalar in nats, of the targets' dtype
 */
export function softLabelLoss(logits: Tensor, targets: Tensor): Tensor {
  if (logits.size(0) !== targets.size(0) || logits.size(1) !== targets.size(1)) {
    throw new Error(
      `softLabelLoss: expected targets (${logits.shape.join(', ')}) to match the logits, got (${targets.shape.join(', ')})`,
    );
  }
  return logits.to({ dtype: targets.dtype }).logSoftmax(1).mul(targets).sum(1).mean().neg(); // ()
}

/** Entropy of a smoothed target over `classes` classes, in nats: below it the loss cannot fall. */
export function smoothedEntropy(classes: number, labelSmoothing: number): number {
  const rest = labelSmoothing / classes;
  const own = 1 - labelSmoothing + rest;
  const term = (p: number) => (p === 0 ? 0 : -p * Math.log(p));
  return term(own) + (classes - 1) * term(rest);
}

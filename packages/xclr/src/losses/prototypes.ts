// The prototype loss: each image is drawn to the anchors of captions (or labels, or words), beside the pairs of the contrastive loss.
import type { Tensor } from '@xclr/torch';

/** What the logits of anchors get added, and how many rows count. */
export interface PrototypeLossOptions {
  /** (k) b_k; none by default. */
  bias?: Tensor;
  /**
   * (k) ln of how often each anchor is expected among those that were drawn: it is subtracted from the logits, so that the softmax
   * over a sample of anchors stands for the one over all (Jean et al. 2015, arXiv 1412.2007, section 3). None where all are there.
   */
  logExpected?: Tensor;
  /** Rows that have a target; a row of zeros has none and counts nothing. All by default. */
  rows?: number;
}

/**
 * mean_i H(t_i, softmax_k(⟨a_k, x_i⟩ + b_k)): one anchor a distinct caption or label. With one-hot targets it is the cross-entropy of a
 * linear classifier; with graded ones it keeps the captions' similarity. PaCo (Cui et al. 2021, arXiv 2107.12028) sets learned
 * centers of classes beside contrastive pairs; graded targets are ours.
 *
 * @param x features or embeddings (n, d), not normalized here; call it outside of autocast
 * @param anchors (k, d)
 * @param targets (n, k) rows that sum to 1; carries no gradient
 * @returns a scalar, float32 (float64 for float64 input), in nats
 */
export function prototypeLoss(
  x: Tensor,
  anchors: Tensor,
  targets: Tensor,
  { bias, logExpected, rows = x.size(0) }: PrototypeLossOptions = {},
): Tensor {
  const [n, k] = [x.size(0), anchors.size(0)];
  if (anchors.size(1) !== x.size(1)) {
    throw new Error(
      `prototypeLoss: anchors must be (k, ${x.size(1)}) to match x, got (${anchors.shape.join(', ')}). Give anchors of as many numbers as x has columns.`,
    );
  }
  if (targets.shape.join() !== `${n},${k}`) {
    throw new Error(
      `prototypeLoss: targets must be (${n}, ${k}), a row for each row of x and a column for each anchor, got (${targets.shape.join(', ')})`,
    );
  }
  const dtype = x.dtype === 'float64' ? 'float64' : 'float32';
  const products = x.to({ dtype }).matmul(anchors.to({ dtype }).t()); // (n, k)
  const biased = bias === undefined ? products : products.add(bias);
  const logits = logExpected === undefined ? biased : biased.sub(logExpected); // (n, k)
  return targets.detach().mul(logits.logSoftmax(1)).sum().div(-Math.max(1, rows));
}

/**
 * How much of each row's target lies on each anchor: softmax_k(s(c_i, c_k) / τ_a).
 * @param similarities (n, k) of the rows' captions and the anchors', in [−1, 1]
 * @param temperature τ_a, above 0; towards 0 the target becomes the most similar anchor alone
 */
export function prototypeTargets(similarities: Tensor, temperature: number): Tensor {
  if (!(temperature > 0))
    throw new Error(`prototypeTargets: temperature must be positive, got ${temperature}`);
  return similarities.detach().div(temperature).softmax(1); // (n, k)
}

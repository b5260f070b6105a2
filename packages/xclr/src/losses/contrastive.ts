// The soft-target contrastive loss: SimCLR, SupCon and X-CLR differ only by the graph that they give it.
import { eye, type Tensor } from '@xclr/torch';

/** Temperature of the contrastive loss. */
export interface ContrastiveOptions {
  /** Divides the cosine similarities; 0.1 in the paper. */
  temperature?: number;
}

/**
 * L = 1/n Σ_i H(s_i, p_i): cross-entropy between the graph's distribution over the other views and the learned
 * one. X-CLR (Sobal et al., ICLR 2025, arXiv 2407.18134), section 3, over the n = 2N views of N samples.
 * The diagonal (a view with itself) is excluded on both sides.
 *
 * @param z embeddings (n, d), of any length: rows are normalized here; call it outside of autocast
 * @param targetLogits the graph's similarities over τ_s (n, n), −∞ for "never"; carries no gradient
 * @returns a scalar, float32 (float64 for float64 input), in nats
 */
export function contrastiveLoss(
  z: Tensor,
  targetLogits: Tensor,
  { temperature = 0.1 }: ContrastiveOptions = {},
): Tensor {
  const n = z.size(0);
  if (n < 2) throw new Error(`contrastiveLoss: z must have at least 2 rows, got ${n}`);
  if (targetLogits.shape.join() !== `${n},${n}`) {
    throw new Error(
      `contrastiveLoss: graph must be (${n}, ${n}) to match z, got (${targetLogits.shape.join(', ')}). ` +
        'Give the similarities of all views of the batch.',
    );
  }
  const targets = targetDistribution(targetLogits.to({ dtype: wide(z) })); // (n, n), 0 on the diagonal
  return softTargetLoss(z, targets, { temperature });
}

const wide = (z: Tensor) => (z.dtype === 'float64' ? 'float64' : 'float32');

/**
 * The same loss for targets that are a distribution already: `targetDistribution` of the graph, which is then made once for the
 * loss and for the log.
 * @param z embeddings (n, d), of any length
 * @param targets (n, n) rows that sum to 1, 0 on the diagonal; carries no gradient
 */
export function softTargetLoss(
  z: Tensor,
  targets: Tensor,
  { temperature = 0.1 }: ContrastiveOptions = {},
): Tensor {
  const n = z.size(0);
  if (!(temperature > 0))
    throw new Error(`contrastiveLoss: temperature must be positive, got ${temperature}`);
  if (targets.shape.join() !== `${n},${n}`)
    throw new Error(
      `softTargetLoss: targets must be (${n}, ${n}) to match z, got (${targets.shape.join(', ')}). Give a row for each view.`,
    );
  const dtype = wide(z);
  const unit = normalizeRows(z.to({ dtype })); // (n, d)
  const logits = excludeSelf(unit.matmul(unit.t()).div(temperature)); // (n, n)
  const logProbabilities = logits.logSoftmax(1); // (n, n), −∞ on the diagonal
  // −∞ · 0 is NaN: what has no weight is taken out before the product.
  const crossEntropy = targets.mul(logProbabilities.maskedFill(targets.eq(0), 0)); // (n, n)
  return crossEntropy.sum().div(-n);
}

/** The graph's rows as distributions over the other views: softmax without the diagonal, (n, n). Waits for the device. */
export function targetDistribution(targetLogits: Tensor): Tensor {
  const targets = softTargets(targetLogits);
  if (targets.isnan().any().item() !== 0) throw noPositive();
  return targets;
}

/** The same without looking at the values: a row without any positive is NaN. */
export function softTargets(targetLogits: Tensor): Tensor {
  return excludeSelf(targetLogits.detach()).softmax(1);
}

/** What is wrong where targets are NaN. */
export function noPositive(): Error {
  return new Error(
    'contrastiveLoss: the graph has a row without any positive (all −∞), or NaN.\n' +
      '  → give two views of each sample, or leave samples without any similar sample out',
  );
}

/** Rows of length one. */
export function normalizeRows(x: Tensor): Tensor {
  return x.div(x.linalgVectorNorm({ dim: [1], keepdim: true }).clampMin(1e-12));
}

/** −∞ on the diagonal. */
function excludeSelf(logits: Tensor): Tensor {
  const self = eye(logits.size(0), { dtype: 'bool', device: logits.device }); // (n, n)
  return logits.maskedFill(self, Number.NEGATIVE_INFINITY);
}

// The contrastive loss against a memory of past embeddings as well: more to compare with than a small batch holds.
import { cat, eye, type Tensor, zeros } from '@xclr/torch';
import { type ContrastiveOptions, normalizeRows } from './contrastive.js';

/**
 * The graph's rows of a batch's views as distributions over the other views and the m embeddings of the memory: softmax without the
 * diagonal.
 * @param targetLogits similarities over τ_s (n, n + m): the batch's views first, then the memory's
 * @returns (n, n + m) rows that sum to 1, 0 where a view meets itself; without gradient
 */
export function memoryTargets(targetLogits: Tensor): Tensor {
  const n = targetLogits.size(0);
  return excludeSelf(targetLogits.detach(), n, 'memoryTargets: graph').softmax(1);
}

/**
 * 1/n Σ_i H(s_i, p_i) over the n − 1 other views and the m embeddings of the memory, which carry no gradient. Cross-batch memory (Wang et al.
 * 2020, arXiv 1912.06798) keeps the embeddings of the last batches, as encoders drift slowly. With an empty memory it is the
 * contrastive loss.
 *
 * @param z embeddings (n, d), of any length: rows are normalized here; call it outside of autocast
 * @param memory (m, d) embeddings of earlier steps, of any length; carries no gradient
 * @param targets (n, n + m), of `memoryTargets`
 * @returns a scalar, float32 (float64 for float64 input), in nats
 */
export function memoryLoss(
  z: Tensor,
  memory: Tensor,
  targets: Tensor,
  { temperature = 0.1 }: ContrastiveOptions = {},
): Tensor {
  const [n, m] = [z.size(0), memory.size(0)];
  if (!(temperature > 0)) throw new Error(`memoryLoss: temperature must be positive, got ${temperature}`);
  if (memory.size(1) !== z.size(1)) {
    throw new Error(
      `memoryLoss: memory must be (m, ${z.size(1)}) to match z, got (${memory.shape.join(', ')}). Keep embeddings of the same projector.`,
    );
  }
  if (targets.shape.join() !== `${n},${n + m}`) {
    throw new Error(
      `memoryLoss: targets must be (${n}, ${n + m}), the batch's views and then the memory, got (${targets.shape.join(', ')})`,
    );
  }
  const dtype = z.dtype === 'float64' ? 'float64' : 'float32';
  const unit = normalizeRows(z.to({ dtype })); // (n, d)
  const past = normalizeRows(memory.detach().to({ dtype })); // (m, d)
  const cosines = unit.matmul(cat([unit, past], { dim: 0 }).t()); // (n, n + m)
  const logProbabilities = excludeSelf(cosines.div(temperature), n, 'memoryLoss: z').logSoftmax(1);
  // −∞ · 0 is NaN: what has no weight is taken out before the product.
  return targets
    .mul(logProbabilities.maskedFill(targets.eq(0), 0))
    .sum()
    .div(-n);
}

/** −∞ where a view meets itself: on the diagonal of the first n columns. */
function excludeSelf(logits: Tensor, n: number, what: string): Tensor {
  const m = logits.size(1) - n;
  if (logits.ndim !== 2 || m < 0) {
    throw new Error(`${what} must be (n, n + m), got (${logits.shape.join(', ')})`);
  }
  const { device } = logits;
  const self = eye(n, { dtype: 'bool', device }); // (n, n)
  const mask = m === 0 ? self : cat([self, zeros([n, m], { dtype: 'bool', device })], { dim: 1 });
  return logits.maskedFill(mask, Number.NEGATIVE_INFINITY);
}

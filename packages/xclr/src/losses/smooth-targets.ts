// Targets that are a little wrong on purpose: a part of each is spread over all others.
import { full, type Tensor } from '@xclr/torch';

/** Which of the batch's rows are given, where it is not all of them. */
export interface TargetRowsOptions {
  /** Place of the first row among the n, 0 by default. */
  readonly start?: number;
}

/**
 * (1 − α) p + α / (n − 1) off the diagonal: label smoothing (Szegedy et al. 2016, arXiv 1512.00567, section 7) of the targets of pairs. It
 * takes back from pairs that captions call unrelated a part of being pushed apart.
 * @param targets (n, n), or some of its rows (r, n): they sum to 1, 0 on the diagonal
 * @param alpha α, from 0 (the targets as they are) to 1 (uniform over the others)
 */
export function smoothTargets(targets: Tensor, alpha: number, { start = 0 }: TargetRowsOptions = {}): Tensor {
  if (!(alpha >= 0 && alpha <= 1)) throw new Error(`smoothTargets: alpha must be from 0 to 1, got ${alpha}`);
  const [r = 0, n = 0] = targets.shape;
  if (n < 2 || start + r > n) {
    throw new Error(
      `smoothTargets: targets must be (n, n) of at least two rows, or rows of it, got (${targets.shape.join(', ')})`,
    );
  }
  if (alpha === 0) return targets;
  const { dtype, device } = targets;
  const uniform = full([r, n], alpha / (n - 1), { dtype, device }); // (r, n)
  uniform.diagonal({ offset: start }).fill_(0);
  return targets.mul(1 - alpha).add(uniform);
}

// Targets that are a little wrong on purpose: a part of each is spread over all others.
import { eye, type Tensor } from '@xclr/torch';

/**
 * (1 − α) p + α / (n − 1) off the diagonal: label smoothing (Szegedy et al. 2016, arXiv 1512.00567, section 7) of the targets of pairs. It
 * takes back from pairs that captions call unrelated a part of being pushed apart.
 * @param targets (n, n) rows that sum to 1, 0 on the diagonal
 * @param alpha α, from 0 (the targets as they are) to 1 (uniform over the others)
 */
export function smoothTargets(targets: Tensor, alpha: number): Tensor {
  if (!(alpha >= 0 && alpha <= 1)) throw new Error(`smoothTargets: alpha must be from 0 to 1, got ${alpha}`);
  const n = targets.size(0);
  if (n < 2 || targets.shape.join() !== `${n},${n}`) {
    throw new Error(
      `smoothTargets: targets must be (n, n) of at least two rows, got (${targets.shape.join(', ')})`,
    );
  }
  if (alpha === 0) return targets;
  const { dtype, device } = targets;
  const uniform = eye(n, { dtype, device })
    .rsub(1)
    .mul(alpha / (n - 1)); // (n, n), 0 on the diagonal
  return targets.mul(1 - alpha).add(uniform);
}

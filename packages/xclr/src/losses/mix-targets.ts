// Both graphs: targets of the captions' graph mixed with those of a teacher's image vectors.
import type { Tensor } from '@xclr/torch';
import { normalizeRows } from './contrastive.js';
import type { TargetRowsOptions } from './smooth-targets.js';

/**
 * (1 − γ) p + γ softmax_j(cos(t_i, t_j) / τ_t): how similar captions are, and how similar the images look to a teacher. ReSSL (Zheng et al.
 * 2021, arXiv 2107.09282) learns from the second alone, with the moving average of the encoder as the teacher.
 * @param targets (n, n), or some of its rows (r, n): they sum to 1, 0 on the diagonal
 * @param teacher (n, d) vectors of the same views by the teacher, of any length; carries no gradient
 * @param weight γ, from 0 (the graph alone) to 1 (the teacher alone)
 * @param options temperature: τ_t, which divides the teacher's cosines
 * @returns (r, n) rows that sum to 1, 0 on the diagonal
 */
export function mixTargets(
  targets: Tensor,
  teacher: Tensor,
  weight: number,
  { temperature = 0.1, start = 0 }: TargetRowsOptions & { readonly temperature?: number } = {},
): Tensor {
  if (!(weight >= 0 && weight <= 1)) throw new Error(`mixTargets: weight must be from 0 to 1, got ${weight}`);
  if (!(temperature > 0)) throw new Error(`mixTargets: temperature must be positive, got ${temperature}`);
  const [r = 0, n = 0] = targets.shape;
  if (teacher.size(0) !== n) {
    throw new Error(
      `mixTargets: expected a teacher's vector for each of ${n} views, got ${teacher.size(0)}. Run the teacher on the same views.`,
    );
  }
  const unit = normalizeRows(teacher.detach().to({ dtype: targets.dtype })); // (n, d)
  const logits = unit.narrow(0, start, r).matmul(unit.t()).div_(temperature); // (r, n)
  logits.diagonal({ offset: start }).fill_(Number.NEGATIVE_INFINITY);
  return targets.mul(1 - weight).add(logits.softmax(1).mul(weight));
}

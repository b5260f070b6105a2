// What a classifier's answers cost: distances at the first k classes, and the answers of least expected cost.

import { scoped, type Tensor, tensor } from '@xclr/torch';
import type { ClassSquare } from './class-square.js';

/**
 * Mean distance from the true class to the k classes of the highest scores (Bertinetto et al. 2020, arXiv 1912.09393, "hierarchical
 * distance of the top k"). Of classes with equal scores at the k-th place each counts by the chance that it is among the first k, so
 * that the value does not depend on the order of the classes.
 * @param scores (c) higher is more likely; −Infinity leaves a class out
 * @param distances (c) from the true class
 * @param order (c) places by descending score
 */
export function distanceAt(
  scores: Float32Array | Float64Array,
  distances: Float64Array,
  order: Int32Array,
  k: number,
): number {
  const present = order.reduce((n, place) => n + (scores[place]! > -Infinity ? 1 : 0), 0);
  const wanted = Math.min(k, present);
  let sum = 0;
  for (let start = 0; start < wanted; ) {
    const value = scores[order[start]!]!;
    let [end, tied] = [start, 0];
    for (; end < present && scores[order[end]!] === value; end++) tied += distances[order[end]!]!;
    const taken = Math.min(end, wanted) - start;
    sum += (tied / (end - start)) * taken;
    start = end;
  }
  return sum / wanted;
}

/** Places by descending score; equal ones in their order. */
export function descendingOrder(scores: Float32Array | Float64Array): Int32Array {
  return Int32Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b);
}

/**
 * What each answer would cost on average: Σ over classes of probability × cost. Taking the answer of the least is re-ranking by
 * conditional risk minimization ("CRM", Karthik et al. 2021, arXiv 2104.00795), which needs no training.
 * @param probabilities (q, c) @param costs the true class, then the answer
 * @returns (q, c) float32
 */
export function expectedCosts(probabilities: Tensor, costs: ClassSquare): Tensor {
  return scoped(() => {
    const c = probabilities.size(1);
    const square = tensor(Float32Array.from(costs), { shape: [c, c], device: probabilities.device }); // (c, c)
    return probabilities.matmul(square); // (q, c)
  });
}

// Answers that are withheld where the nearest neighbor is not near enough: accuracy by the fraction that is answered.

import type { Curve } from './types.js';

/** Points of a rejection curve. */
const points = 20;

/** Accuracy among the nearest 5, 10, … 100 % of the queries. @param similarity (q) to the nearest @param correct (q) 0 or 1 */
export function rejectionCurve(similarity: Float64Array, correct: Float64Array): Curve {
  const order = Int32Array.from(similarity.keys()).sort((a, b) => similarity[b]! - similarity[a]! || a - b);
  const right = new Float64Array(order.length + 1);
  for (let i = 0; i < order.length; i++) right[i + 1] = right[i]! + correct[order[i]!]!;
  const x = Array.from({ length: points }, (_, i) => (i + 1) / points);
  const y = x.map((fraction) => {
    const kept = Math.max(1, Math.round(fraction * order.length));
    return right[kept]! / kept;
  });
  return { x, y };
}

/** For each value, the fraction of the others that lie above it; equal ones count half. Their mean is the area under the ROC curve. */
export function fractionAbove(values: Float64Array, others: Float64Array): Float64Array {
  const sorted = Float64Array.from(others).sort();
  return values.map((value) => {
    const below = firstAtLeast(sorted, (one) => one >= value);
    const upTo = firstAtLeast(sorted, (one) => one > value);
    return (sorted.length - upTo + (upTo - below) / 2) / sorted.length;
  });
}

/** Place of the first element that passes, in an array where all after one that passes pass too. */
function firstAtLeast(sorted: Float64Array, passes: (value: number) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (passes(sorted[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}

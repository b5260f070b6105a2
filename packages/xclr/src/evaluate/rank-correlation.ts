// Spearman's correlation over pairs of samples, and what each concept contributes to it.

import { averageRanks } from './ranks.js';
import type { Units } from './types.js';

/** Pairs of samples of different concepts: their two similarities, and the concepts as 0 … concepts−1. */
export interface ConceptPairs {
  readonly learned: Float32Array;
  readonly caption: Float32Array;
  readonly first: Int32Array;
  readonly second: Int32Array;
}

/** Sums over pairs, from which a correlation follows: n, Σx, Σy, Σxx, Σyy, Σxy. */
const SUMS = 6;

function addPair(sums: Float64Array, at: number, x: number, y: number): void {
  sums[at]! += 1;
  sums[at + 1]! += x;
  sums[at + 2]! += y;
  sums[at + 3]! += x * x;
  sums[at + 4]! += y * y;
  sums[at + 5]! += x * y;
}

function correlationOf(sums: Float64Array, at: number, minus: Float64Array | null, minusAt: number): number {
  const sum = (i: number) => sums[at + i]! - (minus === null ? 0 : minus[minusAt + i]!);
  const n = sum(0);
  const xx = sum(3) - (sum(1) * sum(1)) / n;
  const yy = sum(4) - (sum(2) * sum(2)) / n;
  const xy = sum(5) - (sum(1) * sum(2)) / n;
  // Differences of sums leave noise where a side is constant: its scale is that of the sums.
  const constant = xx <= 1e-12 * sums[at + 3]! || yy <= 1e-12 * sums[at + 4]!;
  return constant || n < 2 ? Number.NaN : xy / Math.sqrt(xx * yy);
}

/**
 * Spearman's rank correlation (average ranks for ties) of learned and caption similarity, and for each concept its
 * jackknife pseudo-value G·ρ − (G−1)·ρ without that concept's pairs (Tukey; Arvesen 1969 for U-statistics): values
 * per concept whose mean is ρ up to its bias, and whose spread is the uncertainty from the choice of concepts.
 * Ranks are not computed anew without the concept. NaN where there is no correlation without the concept.
 * @param keys (G) names each concept's unit
 * @returns an estimate of NaN where one side is constant
 */
export function spearmanOfPairs(pairs: ConceptPairs, keys: Int32Array): Units {
  const concepts = keys.length;
  const x = averageRanks(pairs.learned);
  const y = averageRanks(pairs.caption);
  const middle = (x.length + 1) / 2; // the mean rank, ties or not; subtracted for precision
  const total = new Float64Array(SUMS);
  const perConcept = new Float64Array(SUMS * concepts);
  for (let p = 0; p < x.length; p++) {
    const dx = x[p]! - middle;
    const dy = y[p]! - middle;
    addPair(total, 0, dx, dy);
    addPair(perConcept, pairs.first[p]! * SUMS, dx, dy);
    addPair(perConcept, pairs.second[p]! * SUMS, dx, dy);
  }
  const value = correlationOf(total, 0, null, 0);
  const numerators = Float64Array.from({ length: concepts }, (_, g) => {
    const without = correlationOf(total, 0, perConcept, g * SUMS);
    return concepts * value - (concepts - 1) * without;
  });
  return {
    estimate: value,
    keys,
    numerators,
    denominators: new Float64Array(concepts).fill(1),
    range: [-1, 1],
  };
}

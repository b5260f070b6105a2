// What every bootstrap does: draw units with replacement, take a metric of the draw, read an interval off the values.

import type { Units } from './types.js';

/** Two percentiles of a resampled statistic. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/**
 * Draws as many units as there are, with replacement.
 * @param times how often each unit was drawn; overwritten
 * @param uint32 uniform in 0 … 2^32 − 1; scaling it to 0 … n − 1 favors some units by less than n / 2^32
 */
export function drawUnits(times: Uint16Array | Uint32Array, uint32: () => number): void {
  const n = times.length;
  times.fill(0);
  for (let i = 0; i < n; i++) times[drawIndex(n, uint32)]!++;
}

/** One of 0 … n − 1. */
export function drawIndex(n: number, uint32: () => number): number {
  return Math.floor((uint32() * n) / 0x1_0000_0000);
}

/** The metric of a draw: Σ numerators / Σ denominators. */
export function ratioOf({ numerators, denominators }: Units, times: ArrayLike<number>): number {
  let [numerator, denominator] = [0, 0];
  for (let i = 0; i < times.length; i++) {
    numerator += times[i]! * numerators[i]!;
    denominator += times[i]! * denominators[i]!;
  }
  return numerator / denominator;
}

/** What the estimate lies above the ratio of all units: 0, but for the bias of pseudo-values. */
export function shiftOf(units: Units): number {
  return units.estimate - ratioOf(units, new Uint32Array(units.keys.length).fill(1));
}

/** Linear interpolation between order statistics, as numpy's default. @param sorted ascending; @param fraction 0 … 1 */
function percentile(sorted: Float64Array, fraction: number): number {
  const at = fraction * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (at - below) * (sorted[above]! - sorted[below]!);
}

/** The percentile interval of resampled values; those that are undefined (NaN) are passed over. Null where none is left. */
export function percentileInterval(
  values: Float64Array,
  { low, high }: { readonly low: number; readonly high: number },
): Bounds | null {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  if (sorted.length === 0) return null;
  return { low: percentile(sorted, low), high: percentile(sorted, high) };
}

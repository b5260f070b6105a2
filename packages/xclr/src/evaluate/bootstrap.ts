// Confidence intervals of one encoder's metrics, by resampling the units of a metric (queries or captions).

import { purpose, Random } from '../util/random.js';
import type { Units } from './types.js';

/** Two percentiles of a resampled statistic. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** Resamples and seed of a bootstrap. */
export interface BootstrapOptions {
  readonly seed?: number;
  readonly resamples?: number;
  /** 0.95 gives the 2.5th and 97.5th percentile. */
  readonly level?: number;
}

/**
 * A small fast generator (sfc32, Doty-Humphrey's PractRand) seeded from a keyed stream: a resample of n units takes
 * n numbers a thousand times over, which the counter-based one would make ten times slower.
 */
function fastRandom(seed: number): () => number {
  const stream = new Random(seed, purpose.evaluation);
  let [a, b, c, counter] = [stream.uint32() | 0, stream.uint32() | 0, stream.uint32() | 0, 1];
  return () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
}

/**
 * Draws as many units as there are, with replacement.
 * @param times how often each unit was drawn; overwritten
 * @param uint32 uniform in 0 … 2^32 − 1; scaling it to 0 … n − 1 favors some units by less than n / 2^32
 */
function drawUnits(times: Uint32Array, uint32: () => number): void {
  const n = times.length;
  times.fill(0);
  for (let i = 0; i < n; i++) times[Math.floor((uint32() * n) / 0x1_0000_0000)]!++;
}

/** The metric of a draw: Σ numerators / Σ denominators. */
function ratioOf({ numerators, denominators }: Units, times: Uint32Array): number {
  let [numerator, denominator] = [0, 0];
  for (let i = 0; i < times.length; i++) {
    numerator += times[i]! * numerators[i]!;
    denominator += times[i]! * denominators[i]!;
  }
  return numerator / denominator;
}

/** Linear interpolation between order statistics, as numpy's default. @param sorted ascending; @param fraction 0 … 1 */
function percentile(sorted: Float64Array, fraction: number): number {
  const at = fraction * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (at - below) * (sorted[above]! - sorted[below]!);
}

/**
 * The percentile bootstrap of a metric over its units, drawn with replacement. Resamples in which the metric is undefined count
 * neither as low nor as high: the percentiles are those of the others. Equal seeds and numbers of units draw equal units. The
 * bounds are values that the metric can take: a correlation's lie between −1 and 1, which few pseudo-values need not respect.
 * @returns null with fewer than two units, where the metric is undefined, and where it rests on one unit
 */
export function bootstrapRatio(
  units: Units,
  { seed = 0, resamples = 1000, level = 0.95 }: BootstrapOptions = {},
): Bounds | null {
  const n = units.keys.length;
  if (n < 2 || units.numerators.some(Number.isNaN)) return null;
  const random = fastRandom(seed);
  const drawn = new Uint32Array(n).fill(1);
  // What the estimate lies above the ratio of all units: 0, but for the bias of pseudo-values.
  const shift = units.estimate - ratioOf(units, drawn);
  const values = Float64Array.from({ length: resamples }, () => {
    drawUnits(drawn, random);
    return ratioOf(units, drawn) + shift;
  });
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  if (sorted.length === 0) return null;
  const [least, most] = units.range ?? [-Infinity, Infinity];
  return {
    low: Math.max(least, percentile(sorted, (1 - level) / 2)),
    high: Math.min(most, percentile(sorted, (1 + level) / 2)),
  };
}

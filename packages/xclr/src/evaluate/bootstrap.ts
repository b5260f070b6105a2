// Confidence intervals by resampling the units of a metric (queries or captions), alone and paired.

import { purpose, Random } from '../util/random.js';
import { type Bounds, drawUnits, percentileInterval, ratioOf, shiftOf } from './resampling.js';
import type { Units } from './types.js';

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
 * The percentile bootstrap of `statistic` over n units drawn with replacement. Resamples where the statistic is
 * undefined are passed over. Equal seeds and n draw equal units, whatever the statistic.
 * @param statistic gets how often each unit was drawn
 */
function bootstrap(
  n: number,
  statistic: (drawn: Uint32Array) => number,
  { seed = 0, resamples = 1000, level = 0.95 }: BootstrapOptions = {},
): Bounds | null {
  if (n < 2) return null;
  const random = fastRandom(seed);
  const drawn = new Uint32Array(n);
  const values = Float64Array.from({ length: resamples }, () => {
    drawUnits(drawn, random);
    return statistic(drawn);
  });
  return percentileInterval(values, { low: (1 - level) / 2, high: (1 + level) / 2 });
}

/** Interval of a metric over resampled units; null with fewer than two units, or where the metric is undefined. */
export function bootstrapRatio(units: Units, options: BootstrapOptions = {}): Bounds | null {
  const shift = shiftOf(units);
  return bootstrap(units.keys.length, (drawn) => ratioOf(units, drawn) + shift, options);
}

/** A difference of two methods, and the interval it lies in. */
export interface Difference extends Bounds {
  readonly value: number;
}

/**
 * a − b on the same units, with the interval of resampling both together: what makes a query hard for both cancels,
 * so that small differences show. Null where there is no interval.
 */
export function pairedDifference(a: Units, b: Units, options: BootstrapOptions = {}): Difference | null {
  if (a.keys.length !== b.keys.length || a.keys.some((key, i) => key !== b.keys[i])) {
    throw new RangeError(
      'pairedDifference: a and b must have the same units. Measure both on the same task.',
    );
  }
  const value = a.estimate - b.estimate;
  const ones = new Uint32Array(a.keys.length).fill(1);
  const shift = value - (ratioOf(a, ones) - ratioOf(b, ones));
  const bounds = bootstrap(a.keys.length, (drawn) => ratioOf(a, drawn) - ratioOf(b, drawn) + shift, options);
  return bounds === null ? null : { value, ...bounds };
}

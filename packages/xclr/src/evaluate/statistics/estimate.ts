// A metric's mean over training seeds, the difference of two methods' means, and what both sources of chance, seeds and items, allow to be said.

import type { Units } from '../types.js';
import { influenceOf } from './influence.js';
import { halfWidth, type TwoSources, twoSidedTail } from './two-sources.js';

/** A value and its 95 % interval; null bounds where one item, or an undefined metric, gives none. */
export interface Estimate {
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * What an interval or a p-value speaks of: the methods in general, with two seeds or more; with one seed only the encoders that
 * were trained, as how much training varies is not known; nothing, with fewer than two items.
 */
export type Scope = 'methods' | 'encoders' | 'nothing';

/** The difference of two means, tested against 0. */
export interface TestedDifference extends Estimate {
  /** Two-sided; 1 where nothing can be said. */
  readonly p: number;
  readonly about: Scope;
}

/** Units of the same task for each training seed; all have the same keys. */
export type UnitsBySeed = readonly Units[];

const LEVEL = 0.95;

/** One method's units over seeds, in the form that estimates and differences are made of. */
class Sample {
  readonly mean: number;
  readonly seeds: number;
  readonly items: number;
  /** Variance of the estimate between seeds. */
  readonly between: number;
  /** (items) the items' influence, mean over seeds. */
  readonly influence: Float64Array;
  /** Mean over seeds of the variance of the items' influence. */
  readonly within: number;

  constructor(bySeed: UnitsBySeed) {
    this.seeds = bySeed.length;
    this.items = bySeed[0]?.keys.length ?? 0;
    const estimates = bySeed.map(({ estimate }) => estimate);
    this.mean = meanOf(estimates);
    this.between = this.seeds < 2 ? 0 : varianceOf(estimates);
    const influences = bySeed.map(influenceOf);
    this.influence = Float64Array.from({ length: this.items }, (_, i) =>
      influences.reduce((sum, one) => sum + one[i]! / this.seeds, 0),
    );
    this.within = meanOf(influences.map(varianceOf));
  }

  /**
   * Covariance over items of two seeds' influences, mean over pairs of seeds: the part of the items' variance that more seeds do
   * not reduce. With one seed, the variance.
   */
  get shared(): number {
    const S = this.seeds;
    if (S < 2) return this.within;
    return (S * varianceOf(this.influence) - this.within) / (S - 1);
  }
}

function meanOf(values: readonly number[] | Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** The unbiased variance. */
function varianceOf(values: readonly number[] | Float64Array): number {
  return covarianceOf(values, values);
}

function covarianceOf(a: readonly number[] | Float64Array, b: readonly number[] | Float64Array): number {
  const [meanA, meanB] = [meanOf(a), meanOf(b)];
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - meanA) * (b[i]! - meanB);
  return sum / (a.length - 1);
}

/** Welch's degrees of freedom (1947) of the sum of variances that `df` degrees of freedom each stand behind. */
function welch(parts: readonly number[], df: number): number {
  const total = parts.reduce((sum, one) => sum + one, 0);
  const squares = parts.reduce((sum, one) => sum + one * one, 0);
  return squares === 0 ? df : (df * total * total) / squares;
}

/** The mean over seeds with its interval, which covers seeds and items; with one seed, items alone. */
export function estimateOf(bySeed: UnitsBySeed): Estimate {
  checkUnits(bySeed, bySeed);
  const sample = new Sample(bySeed);
  const { mean, seeds, items } = sample;
  if (items < 2 || Number.isNaN(mean) || Number.isNaN(sample.within)) return { mean, low: null, high: null };
  const half = halfWidth(
    {
      seeds: { variance: sample.between / seeds, df: Math.max(1, seeds - 1) },
      items: { variance: Math.max(0, sample.shared) / items, df: items - 1 },
    },
    LEVEL,
  );
  const [least, most] = rangeOf(bySeed);
  return {
    mean,
    low: Math.max(Math.min(least, mean), mean - half),
    high: Math.min(Math.max(most, mean), mean + half),
  };
}

/** The metric's own range, else the least and the greatest value of a unit: a fraction of right answers stays within 0 and 1. */
function rangeOf(bySeed: UnitsBySeed): [least: number, most: number] {
  let [least, most] = [Infinity, -Infinity];
  for (const { numerators, denominators, range } of bySeed) {
    if (range !== undefined) {
      least = Math.min(least, range[0]);
      most = Math.max(most, range[1]);
      continue;
    }
    for (let i = 0; i < numerators.length; i++) {
      if (denominators[i] === 0) continue;
      const value = numerators[i]! / denominators[i]!;
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
  }
  return [least, most];
}

/**
 * a − b on the same items, both over the same number of seeds.
 *
 * The variance has two parts. Seeds: each method's variance between seeds, as in Welch's t test; what the seeds of two methods
 * have in common (initial weights, the order of images) makes this part too large if anything. Items: how differently the items
 * move the two methods, whatever the seed; what varies with the seed is in the first part already (Obuchowski and Rockette 1995
 * divide the variance of readers and cases so). One item that shows no difference is added to the second part, so that a few items
 * that all agree do not pass for certainty. Both parts are estimates: p and interval come from the sum of two variables of
 * Student's distribution (see twoSidedTail).
 */
export function differenceOf(a: UnitsBySeed, b: UnitsBySeed): TestedDifference {
  const { mean, sources, about } = differenceParts(a, b);
  if (sources === null) return { mean, low: null, high: null, p: 1, about };
  const half = halfWidth(sources, LEVEL);
  const [least, most] = a[0]!.range ?? [-Infinity, Infinity];
  return {
    mean,
    low: Math.max(least - most, mean - half),
    high: Math.min(most - least, mean + half),
    p: twoSidedTail(sources, mean),
    about,
  };
}

/** The difference, and the two parts of its variance; null where nothing can be said. @internal */
export function differenceParts(
  a: UnitsBySeed,
  b: UnitsBySeed,
): { readonly mean: number; readonly sources: TwoSources | null; readonly about: Scope } {
  checkUnits(a, b);
  const [one, other] = [new Sample(a), new Sample(b)];
  const { seeds, items } = one;
  const mean = one.mean - other.mean;
  const known = !Number.isNaN(mean + one.within + other.within);
  if (items < 2 || !known) return { mean, sources: null, about: 'nothing' };
  const shared = one.shared + other.shared - 2 * covarianceOf(one.influence, other.influence);
  const sources = {
    seeds: {
      variance: (one.between + other.between) / seeds,
      df: welch([one.between, other.between], Math.max(1, seeds - 1)),
    },
    items: { variance: Math.max(0, shared) / items + mean ** 2 / (items * (items + 1)), df: items - 1 },
  };
  return { mean, sources, about: seeds > 1 ? 'methods' : 'encoders' };
}

function checkUnits(a: UnitsBySeed, b: UnitsBySeed): void {
  const [first] = a;
  if (first === undefined || a.length !== b.length)
    throw new RangeError(
      `statistics: both methods need the same number of seeds, one or more; got ${a.length} and ${b.length}`,
    );
  for (const { keys } of [...a, ...b]) {
    if (keys === first.keys) continue;
    if (keys.length !== first.keys.length || keys.some((key, i) => key !== first.keys[i]))
      throw new RangeError(
        'statistics: the methods must be measured on the same items. Measure both on the same task.',
      );
  }
}

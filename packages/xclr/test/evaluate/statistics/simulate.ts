// Simulated comparisons in which it is known whether the methods differ: how often the test says that they do.

import { spearmanOfPairs } from '../../../src/evaluate/rank-correlation.js';
import { differenceParts } from '../../../src/evaluate/statistics/estimate.js';
import { twoSidedTail } from '../../../src/evaluate/statistics/two-sources.js';
import type { Units } from '../../../src/evaluate/types.js';
import { Random } from '../../../src/util/random.js';

/** A comparison of two methods on right and wrong answers. */
export interface Setting {
  readonly seeds: number;
  readonly items: number;
  /** Standard deviation of accuracy between seeds, of either method. */
  readonly sd: readonly [a: number, b: number];
  /** By how much the first method is better in truth. */
  readonly effect?: number;
}

/** A fast generator (sfc32): a simulation draws hundreds of millions of numbers. */
class Draws {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number) {
    const stream = new Random(seed);
    this.#a = stream.uint32() | 0;
    this.#b = stream.uint32() | 0;
    this.#c = stream.uint32() | 0;
  }

  uniform(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 0x1_0000_0000;
  }

  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }
}

const range = (n: number) => Array.from({ length: n }, (_, i) => i);

/**
 * Right and wrong answers of two methods. The items differ in how hard they are, for both methods and for each; every run errs on
 * items of its own besides; and a run's accuracy is moved by its seed. Chances lie between 0.2 and 0.8 before the seed moves them.
 */
function answers(draws: Draws, { seeds, items, sd, effect = 0 }: Setting): [a: Units[], b: Units[]] {
  const keys = Int32Array.from({ length: items }, (_, i) => i);
  const ones = new Float64Array(items).fill(1);
  const difficulty = Float64Array.from({ length: items }, () => 1.5 * draws.normal());
  const methodOf = (spread: number, better: number): Units[] => {
    const chances = difficulty.map((one) => 0.2 + 0.6 / (1 + Math.exp(-one - 0.7 * draws.normal())));
    return range(seeds).map(() => {
      const moved = spread * draws.normal() + better;
      const numerators = chances.map((chance) => (draws.uniform() < chance + moved ? 1 : 0));
      const estimate = numerators.reduce((sum, one) => sum + one, 0) / items;
      return { estimate, keys, numerators, denominators: ones };
    });
  };
  return [methodOf(sd[0], effect), methodOf(sd[1], 0)];
}

/**
 * Alignment of two methods: concepts are points; each method moves every point in a way of its own, and each seed again, by an amount
 * that differs between seeds. Alignment is the rank correlation of similarities before and after.
 */
function alignments(draws: Draws, { seeds, items, sd }: Setting): [a: Units[], b: Units[]] {
  const DIMENSIONS = 6;
  const keys = Int32Array.from({ length: items }, (_, i) => i);
  const point = () => Float64Array.from({ length: DIMENSIONS }, () => draws.normal());
  const similarity = (a: Float64Array, b: Float64Array) => {
    let [ab, aa, bb] = [0, 0, 0];
    for (let d = 0; d < DIMENSIONS; d++) {
      ab += a[d]! * b[d]!;
      aa += a[d]! ** 2;
      bb += b[d]! ** 2;
    }
    return ab / Math.sqrt(aa * bb);
  };
  const truth = range(items).map(point);
  const pairs = range(items).flatMap((i) => range(i).map((j) => [i, j] as const));
  const squares = (points: readonly Float64Array[]) =>
    Float32Array.from(pairs, ([i, j]) => similarity(points[i]!, points[j]!));
  const first = Int32Array.from(pairs, ([i]) => i);
  const second = Int32Array.from(pairs, ([, j]) => j);
  const caption = squares(truth);
  const methodOf = (spread: number): Units[] => {
    const own = truth.map((one) => one.map((value) => value + 0.7 * draws.normal()));
    return range(seeds).map(() => {
      const noise = Math.max(0, 0.7 + spread * draws.normal());
      const seen = own.map((one) => one.map((value) => value + noise * draws.normal()));
      return spearmanOfPairs({ learned: squares(seen), caption, first, second }, keys);
    });
  };
  return [methodOf(sd[0]), methodOf(sd[1])];
}

/** p-values of repeated comparisons; equal seeds repeat them. */
export function simulate(
  setting: Setting,
  { kind = 'answers', times, seed }: { kind?: 'answers' | 'alignment'; times: number; seed: number },
): Float64Array {
  const draws = new Draws(seed);
  return Float64Array.from({ length: times }, () => {
    const [a, b] = kind === 'answers' ? answers(draws, setting) : alignments(draws, setting);
    const { mean, sources } = differenceParts(a, b);
    return sources === null ? 1 : twoSidedTail(sources, mean);
  });
}

/** How often p is at most `level`. */
export const rate = (ps: Float64Array, level: number) => ps.filter((p) => p <= level).length / ps.length;

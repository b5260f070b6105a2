// What a comparison may say: means over seeds, their intervals, paired differences and how surely they are not chance.
import type { Units } from '../evaluate/index.js';
import { drawIndex, drawUnits, percentileInterval, ratioOf, shiftOf } from '../evaluate/resampling.js';
import { purpose, Random } from '../util/random.js';

export interface Estimate {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export interface TestedDifference extends Estimate {
  /** Two-sided, of the bootstrap distribution: how often it lies on the other side of 0, twice. */
  readonly p: number;
}

export interface ResampleOptions {
  readonly resamples?: number;
  readonly seed?: number;
}

/** Units of the same task for each training seed; all have the same keys. */
export type UnitsBySeed = readonly Units[];

/**
 * Resamples training seeds and test units at once, crossed: the same drawn units for every seed, the same draws for every method
 * (Owen 2007, "The pigeonhole bootstrap", arXiv 0712.1111). With few seeds the seeds' part of the spread is told roughly, if
 * anything too narrow.
 */
class Draws {
  readonly #seeds: readonly Int32Array[];
  readonly #units: readonly Uint16Array[];

  constructor(seeds: number, units: number, { resamples = 1000, seed = 0 }: ResampleOptions) {
    const random = new Random(seed, purpose.evaluation, 2);
    const uint32 = () => random.uint32();
    this.#seeds = Array.from({ length: resamples }, () =>
      Int32Array.from({ length: seeds }, () => drawIndex(seeds, uint32)),
    );
    this.#units = Array.from({ length: resamples }, () => {
      const times = new Uint16Array(units);
      drawUnits(times, uint32);
      return times;
    });
  }

  /** The statistic of every resample: the mean over drawn seeds of Σ numerators / Σ denominators. */
  of(bySeed: UnitsBySeed): Float64Array {
    const shifts = bySeed.map(shiftOf);
    return Float64Array.from(this.#units, (times, round) => {
      const values = bySeed.map((units, i) => ratioOf(units, times) + shifts[i]!);
      const drawn = this.#seeds[round]!;
      return drawn.reduce((sum, at) => sum + values[at]!, 0) / drawn.length;
    });
  }
}

const meanOf = (bySeed: UnitsBySeed) =>
  bySeed.reduce((sum, { estimate }) => sum + estimate, 0) / bySeed.length;

/** Resampled once for all methods and pairs of one task and fraction. */
export class TaskStatistics {
  readonly #draws: Draws;
  readonly #values = new Map<string, Float64Array>();
  readonly #means = new Map<string, number>();

  /** @param methods units by method, each for the same seeds in the same order */
  constructor(methods: ReadonlyMap<string, UnitsBySeed>, options: ResampleOptions = {}) {
    const [first] = methods.values();
    const seeds = first?.length ?? 0;
    const n = first?.[0]?.keys.length ?? 0;
    this.#draws = new Draws(seeds, n, options);
    for (const [method, bySeed] of methods) {
      for (const { keys } of bySeed) {
        if (keys.length === n && keys.every((key, i) => key === first![0]!.keys[i])) continue;
        throw new RangeError(`TaskStatistics: ${method} was measured on other queries than the first method`);
      }
      if (bySeed.length !== seeds)
        throw new RangeError(`TaskStatistics: ${method} has ${bySeed.length} seeds, not ${seeds}`);
      this.#values.set(method, this.#draws.of(bySeed));
      this.#means.set(method, meanOf(bySeed));
    }
  }

  estimate(method: string): Estimate {
    return this.#around(this.#means.get(method)!, this.#values.get(method)!);
  }

  /** a − b on the same seeds and units. */
  difference(a: string, b: string): TestedDifference {
    const other = this.#values.get(b)!;
    const values = this.#values.get(a)!.map((one, i) => one - other[i]!);
    const mean = this.#means.get(a)! - this.#means.get(b)!;
    const above = values.filter((one) => one >= 0).length;
    const below = values.filter((one) => one <= 0).length;
    // One is added to each, so that no p is 0: a thousand resamples can say no more than 0.002.
    const p = Math.min(1, (2 * (Math.min(above, below) + 1)) / (values.length + 1));
    return { ...this.#around(mean, values), p };
  }

  #around(mean: number, values: Float64Array): Estimate {
    return { mean, ...(percentileInterval(values, { low: 0.025, high: 0.975 }) ?? { low: NaN, high: NaN }) };
  }
}

/** Holm's adjusted p-values (1979): the chance of one false claim among all is below α where p ≤ α. */
export function holm(ps: readonly number[]): number[] {
  const order = [...ps.keys()].sort((a, b) => ps[a]! - ps[b]!);
  const adjusted = new Array<number>(ps.length);
  let most = 0;
  order.forEach((at, rank) => {
    most = Math.max(most, Math.min(1, (ps.length - rank) * ps[at]!));
    adjusted[at] = most;
  });
  return adjusted;
}

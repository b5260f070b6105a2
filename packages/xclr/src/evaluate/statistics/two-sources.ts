// The distribution of an estimate whose error has two sources, training seeds and test items, each with a variance that is estimated.

import { studentTail } from './student.js';

/** A part of an estimate's variance, and the degrees of freedom behind it. */
export interface VariancePart {
  readonly variance: number;
  readonly df: number;
}

/** Both parts of an estimate's variance. */
export interface TwoSources {
  readonly seeds: VariancePart;
  readonly items: VariancePart;
}

/** Points and weights of χ²/df on a grid even in its logarithm, where the trapezoidal rule converges exponentially. */
interface Scales {
  readonly scale: Float64Array;
  readonly weight: Float64Array;
}

const NODES = 160;
/** Mass of χ²/df that the grid leaves out below: e^−40. */
const LEFT_OUT = 40;

const known = new Map<number, Scales>();

function scalesOf(df: number): Scales {
  const kept = known.get(df);
  if (kept !== undefined) return kept;
  const low = (-2 * LEFT_OUT) / df;
  const high = Math.log(1 + 12 / Math.sqrt(df) + (2 * LEFT_OUT) / df);
  const logs = Float64Array.from({ length: NODES }, (_, i) => low + ((high - low) * i) / (NODES - 1));
  const weight = logs.map((l) => Math.exp((df / 2) * (l - Math.exp(l) + 1)));
  const total = weight.reduce((sum, one) => sum + one, 0);
  const made = { scale: logs.map(Math.exp), weight: weight.map((one) => one / total) };
  if (known.size > 1000) known.clear();
  known.set(df, made);
  return made;
}

/**
 * The chance that an error with these two parts exceeds ±`distance`: that of √seeds·T + √items·T′, two independent variables of
 * Student's distribution, as Behrens and Fisher have it (Fisher 1935). T is taken as a normal variable whose variance is drawn;
 * given that variance, the sum with T′ has Student's distribution with Satterthwaite's degrees of freedom.
 */
export function twoSidedTail({ seeds, items }: TwoSources, distance: number): number {
  const away = Math.abs(distance);
  if (seeds.variance === 0 && items.variance === 0) return away === 0 ? 1 : 0;
  if (seeds.variance === 0) return studentTail(away / Math.sqrt(items.variance), items.df);
  const { scale, weight } = scalesOf(seeds.df);
  let chance = 0;
  for (let i = 0; i < NODES; i++) {
    const variance = seeds.variance / scale[i]! + items.variance;
    const df = items.variance === 0 ? Infinity : (variance / items.variance) ** 2 * items.df;
    chance += weight[i]! * studentTail(away / Math.sqrt(variance), df);
  }
  return Math.min(1, chance);
}

/** How far the interval reaches on either side. @param level 0.95 for a 95 % interval */
export function halfWidth(sources: TwoSources, level: number): number {
  const total = sources.seeds.variance + sources.items.variance;
  if (total === 0) return 0;
  const wanted = Math.log(1 - level);
  const at = (log: number) => Math.log(twoSidedTail(sources, Math.exp(log))) - wanted;
  // The tail falls as the distance grows: bracketed in its logarithm, then false position (Illinois).
  let low = Math.log(total) / 2;
  let high = low;
  while (at(low) <= 0) low -= 1;
  while (at(high) > 0) high += 1;
  let [atLow, atHigh] = [at(low), at(high)];
  for (let round = 0; round < 100 && high - low > 1e-9; round++) {
    const middle = high - (atHigh * (high - low)) / (atHigh - atLow);
    const value = at(middle);
    if (Math.abs(value) < 1e-10) return Math.exp(middle);
    if (value > 0) {
      [low, atLow] = [middle, value];
      atHigh /= 2;
    } else {
      [high, atHigh] = [middle, value];
      atLow /= 2;
    }
  }
  return Math.exp((low + high) / 2);
}

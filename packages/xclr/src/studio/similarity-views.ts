// What graph and encoder say of the same images: rows of similarities, histograms, the worst disagreements.
import type { Matrix } from '../graph/array-files.js';

/** Cosines of one row with all. */
export function cosines({ values, rows, columns }: Matrix, row: number): Float32Array {
  const out = new Float32Array(rows);
  const own = values.subarray(row * columns, (row + 1) * columns);
  for (let other = 0; other < rows; other++) {
    let sum = 0;
    const from = other * columns;
    for (let i = 0; i < columns; i++) sum += own[i]! * values[from + i]!;
    out[other] = sum;
  }
  return out;
}

/** Counts of values in equal bins of [−1, 1]. */
class Histogram {
  readonly counts: number[];

  constructor(bins: number) {
    this.counts = new Array<number>(bins).fill(0);
  }

  add(value: number): void {
    if (!Number.isFinite(value)) return;
    const bins = this.counts.length;
    this.counts[Math.min(bins - 1, Math.max(0, Math.floor(((value + 1) / 2) * bins)))]!++;
  }
}

/** Places of the values from the smallest up, equal values with their mean rank. */
function ranks(values: Float32Array): Float64Array {
  const order = Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!);
  const rank = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end + 1 < order.length && values[order[end + 1]!] === values[order[start]!]) end++;
    for (let i = start; i <= end; i++) rank[order[i]!] = (start + end) / 2;
    start = end + 1;
  }
  return rank;
}

/** Spearman’s rank correlation; null where one side is constant. @internal */
export function rankCorrelation(a: Float32Array, b: Float32Array): number | null {
  const [x, y] = [ranks(a), ranks(b)];
  const mean = (a.length - 1) / 2;
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    xy += (x[i]! - mean) * (y[i]! - mean);
    xx += (x[i]! - mean) ** 2;
    yy += (y[i]! - mean) ** 2;
  }
  return xx === 0 || yy === 0 ? null : xy / Math.sqrt(xx * yy);
}

function without(row: Float32Array, own: number): Float32Array {
  const rest = new Float32Array(row.length - 1);
  rest.set(row.subarray(0, own));
  rest.set(row.subarray(own + 1), own);
  return rest;
}

export interface Agreement {
  /** By image: rank correlation of the two similarities to all others; null where one of them is constant. */
  readonly correlations: readonly (number | null)[];
  readonly mean: number | null;
  /** Counts over [−1, 1], each pair once. */
  readonly left: readonly number[];
  readonly right: readonly number[];
  /** Pairs on whose rank the two differ most. */
  readonly pairs: readonly DisagreeingPair[];
}

export interface DisagreeingPair {
  readonly a: number;
  readonly b: number;
  readonly left: number;
  readonly right: number;
  /** Rank of b among what a is similar to, from 0 to 1 for the most similar, by each side. */
  readonly leftRank: number;
  readonly rightRank: number;
}

const bins = 40;
const pairsKept = 60;

/** Compares two similarities of the same n images, row by row: n² products and sorts. Lets others work in between. */
export async function agreement(
  n: number,
  left: (row: number) => Float32Array,
  right: (row: number) => Float32Array,
): Promise<Agreement> {
  const correlations: (number | null)[] = [];
  const [leftBins, rightBins] = [new Histogram(bins), new Histogram(bins)];
  let pairs: DisagreeingPair[] = [];
  for (let a = 0; a < n; a++) {
    const [x, y] = [left(a), right(a)];
    const [others, theirs] = [without(x, a), without(y, a)];
    correlations.push(n < 4 ? null : rankCorrelation(others, theirs));
    const [xRank, yRank] = [ranks(others), ranks(theirs)];
    for (let b = 0; b < n; b++) {
      if (b === a) continue;
      const place = b < a ? b : b - 1;
      if (b > a) {
        leftBins.add(x[b]!);
        rightBins.add(y[b]!);
      }
      const [leftRank, rightRank] = [xRank[place]! / (n - 2), yRank[place]! / (n - 2)];
      if (Math.abs(leftRank - rightRank) < 0.5) continue;
      pairs.push({ a, b, left: x[b]!, right: y[b]!, leftRank, rightRank });
    }
    if (pairs.length > 50 * pairsKept) pairs = worst(pairs);
    if (a % 16 === 15) await new Promise<void>((resolve) => setImmediate(resolve));
  }
  const known = correlations.filter((one): one is number => one !== null);
  return {
    correlations,
    mean: known.length === 0 ? null : known.reduce((sum, one) => sum + one, 0) / known.length,
    left: leftBins.counts,
    right: rightBins.counts,
    pairs: worst(pairs),
  };
}

const gap = ({ leftRank, rightRank }: DisagreeingPair) => Math.abs(leftRank - rightRank);

/** Each pair once, with the image that sees the larger difference first. */
function worst(pairs: readonly DisagreeingPair[]): DisagreeingPair[] {
  const seen = new Set<string>();
  return [...pairs]
    .sort((p, q) => gap(q) - gap(p))
    .filter(({ a, b }) => {
      const key = a < b ? `${a} ${b}` : `${b} ${a}`;
      return !seen.has(key) && seen.add(key) !== undefined;
    })
    .slice(0, pairsKept);
}

// Triplet accuracy: whether the learned similarity to an anchor orders i and j as the captions do.

import type { Random } from '../util/random.js';

/** One block's squares of similarities, row-major (n, n), and the concept of each sample. */
export interface SimilaritySquares {
  readonly n: number;
  readonly learned: Float32Array;
  readonly caption: Float32Array;
  readonly concepts: Int32Array;
}

/** Per anchor of the block: triplets that agree (ties count half), and triplets. */
export interface TripletCounts {
  readonly agreeing: Float64Array;
  readonly total: Float64Array;
}

/** Anchors × unordered pairs of others, before concepts and margin leave any out. */
export function possibleTriplets(n: number): number {
  return n < 3 ? 0 : (n * (n - 1) * (n - 2)) / 2;
}

function countOne(
  squares: SimilaritySquares,
  counts: TripletCounts,
  margin: number,
  a: number,
  i: number,
  j: number,
): boolean {
  const { n, learned, caption, concepts } = squares;
  if (concepts[i] === concepts[a] || concepts[j] === concepts[a]) return false;
  const captionGap = caption[a * n + i]! - caption[a * n + j]!;
  if (Math.abs(captionGap) <= margin) return false;
  const learnedGap = learned[a * n + i]! - learned[a * n + j]!;
  counts.agreeing[a]! += learnedGap === 0 ? 0.5 : learnedGap > 0 === captionGap > 0 ? 1 : 0;
  counts.total[a]!++;
  return true;
}

function emptyCounts(n: number): TripletCounts {
  return { agreeing: new Float64Array(n), total: new Float64Array(n) };
}

/** Every triplet whose caption similarities differ by more than the margin. */
export function allTriplets(squares: SimilaritySquares, margin: number): TripletCounts {
  const counts = emptyCounts(squares.n);
  for (let a = 0; a < squares.n; a++) {
    for (let i = 0; i < squares.n; i++) {
      for (let j = i + 1; j < squares.n; j++)
        if (i !== a && j !== a) countOne(squares, counts, margin, a, i, j);
    }
  }
  return counts;
}

const TRIES_PER_TRIPLET = 20;

/**
 * About `wanted` triplets drawn with replacement, uniformly among those that differ by more than the margin;
 * fewer where 20 draws a triplet do not find them.
 */
export function sampledTriplets(
  squares: SimilaritySquares,
  margin: number,
  wanted: number,
  random: Random,
): TripletCounts {
  const { n } = squares;
  const counts = emptyCounts(n);
  let found = 0;
  for (let tries = 0; n >= 3 && found < wanted && tries < wanted * TRIES_PER_TRIPLET; tries++) {
    const a = random.below(n);
    const i = random.below(n);
    const j = random.below(n);
    if (a === i || a === j || i === j) continue;
    if (countOne(squares, counts, margin, a, i, j)) found++;
  }
  return counts;
}

// Triplet accuracy: whether the learned similarity to an anchor orders i and j as the captions do.

import type { Random } from '../util/random.js';
import type { Units } from './types.js';

/** One block's squares of similarities, row-major (n, n), and the concept of each sample. */
export interface SimilaritySquares {
  readonly n: number;
  readonly learned: Float32Array;
  readonly caption: Float32Array;
  readonly concepts: Int32Array;
}

/** Triplets that agree (ties count half), and triplets: in all, and per concept those in which it takes part, as anchor or not. */
export class TripletCounts {
  agreeing = 0;
  total = 0;
  readonly agreeingWith: Float64Array;
  readonly totalWith: Float64Array;

  constructor(concepts: number) {
    this.agreeingWith = new Float64Array(concepts);
    this.totalWith = new Float64Array(concepts);
  }

  /** @param right 1, or 0.5 for a tie, or 0 */
  add(right: number, anchor: number, i: number, j: number): void {
    this.agreeing += right;
    this.total++;
    this.#addTo(anchor, right);
    this.#addTo(i, right);
    if (j !== i) this.#addTo(j, right);
  }

  #addTo(concept: number, right: number): void {
    this.agreeingWith[concept]! += right;
    this.totalWith[concept]!++;
  }
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
  const right = learnedGap === 0 ? 0.5 : learnedGap > 0 === captionGap > 0 ? 1 : 0;
  counts.add(right, concepts[a]!, concepts[i]!, concepts[j]!);
  return true;
}

/** Adds every triplet whose caption similarities differ by more than the margin. */
export function allTriplets(squares: SimilaritySquares, margin: number, counts: TripletCounts): void {
  for (let a = 0; a < squares.n; a++) {
    for (let i = 0; i < squares.n; i++) {
      for (let j = i + 1; j < squares.n; j++)
        if (i !== a && j !== a) countOne(squares, counts, margin, a, i, j);
    }
  }
}

const TRIES_PER_TRIPLET = 20;

/**
 * Adds about `wanted` triplets drawn with replacement, uniformly among those that differ by more than the margin;
 * fewer where 20 draws a triplet do not find them.
 */
export function sampledTriplets(
  squares: SimilaritySquares,
  margin: number,
  wanted: number,
  random: Random,
  counts: TripletCounts,
): void {
  const { n } = squares;
  let found = 0;
  for (let tries = 0; n >= 3 && found < wanted && tries < wanted * TRIES_PER_TRIPLET; tries++) {
    const a = random.below(n);
    const i = random.below(n);
    const j = random.below(n);
    if (a === i || a === j || i === j) continue;
    if (countOne(squares, counts, margin, a, i, j)) found++;
  }
}

/**
 * Triplet accuracy, and for each concept its jackknife pseudo-value G·v − (G−1)·v without the triplets that it takes part in: a
 * concept counts as anchor and as one of the two that are compared, so a sum by anchors alone would make intervals too narrow.
 * @param keys (G) names each concept's unit
 */
export function tripletUnits(
  { agreeing, total, agreeingWith, totalWith }: TripletCounts,
  keys: Int32Array,
): Units {
  const concepts = keys.length;
  const estimate = agreeing / total;
  const numerators = Float64Array.from({ length: concepts }, (_, g) => {
    const left = total - totalWith[g]!;
    const without = (agreeing - agreeingWith[g]!) / left; // NaN where no triplet is left
    return concepts * estimate - (concepts - 1) * without;
  });
  return {
    estimate,
    keys,
    numerators,
    denominators: new Float64Array(concepts).fill(1),
    range: [0, 1],
  };
}

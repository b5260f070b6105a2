// Retrieval where an item is more or less relevant: NDCG, hierarchical average precision, mean relevance at each rank.

import { nearest } from './nearest-rows.js';
import { ascending } from './ranks.js';

/** Gallery places in descending similarity, equal ones in their order; g·8 bytes and no comparison sort. */
export function rankedPlaces(row: Float32Array): Uint32Array {
  return ascending(row.map((value) => -value));
}

/** Discounted cumulative gain of relevances in order of their rank, by linear gains: Σ rel / log₂(rank + 1). */
function discounted(relevances: Iterable<number>): number {
  let [sum, rank] = [0, 0];
  for (const relevance of relevances) sum += relevance / Math.log2(++rank + 1);
  return sum;
}

/**
 * NDCG at k (Järvelin and Kekäläinen 2002) with linear gains, as scikit-learn's `ndcg_score` without ties.
 * @param relevance (g) 0 or more @param order (g) places by descending similarity
 * @returns NaN where nothing is relevant
 */
export function ndcgAt(relevance: Float32Array, order: Uint32Array, k: number): number {
  const size = Math.min(k, order.length);
  const found = Float64Array.from({ length: size }, (_, at) => relevance[order[at]!]!);
  return discounted(found) / discounted(nearest(relevance, size).similarities);
}

/**
 * Hierarchical average precision (Ramzi et al. 2022, arXiv 2207.04873): Σ H-rank(i) / rank(i) over the relevant items i, divided by
 * the sum of relevances, where H-rank(i) = rel(i) + Σ min(rel(i), rel(j)) over items j ranked before i. With relevances of 0 and 1 it is
 * average precision. Costs g·log(number of distinct relevances).
 * @returns NaN where nothing is relevant
 */
export function hierarchicalPrecision(relevance: Float32Array, order: Uint32Array): number {
  const levels = [...new Set(relevance)].filter((one) => one > 0).sort((a, b) => a - b);
  const levelOf = new Map(levels.map((one, at) => [one, at + 1]));
  const seen = new PrefixSums(levels.length);
  let [sum, total, before] = [0, 0, 0];
  for (let rank = 1; rank <= order.length; rank++) {
    const own = relevance[order[rank - 1]!]!;
    if (own <= 0) continue;
    const level = levelOf.get(own)!;
    const { count, sum: smaller } = seen.upTo(level);
    sum += (own + smaller + own * (before - count)) / rank;
    total += own;
    before++;
    seen.add(level, own);
  }
  return sum / total;
}

/** Relevance at ranks 1 … `ranks`; 0 beyond the gallery. */
export function relevanceByRank(relevance: Float32Array, order: Uint32Array, ranks: number): Float64Array {
  return Float64Array.from({ length: ranks }, (_, at) => (at < order.length ? relevance[order[at]!]! : 0));
}

/** How many values were added up to a level, and their sum: a Fenwick tree. */
class PrefixSums {
  readonly #counts: Float64Array;
  readonly #sums: Float64Array;

  constructor(levels: number) {
    this.#counts = new Float64Array(levels + 1);
    this.#sums = new Float64Array(levels + 1);
  }

  add(level: number, value: number): void {
    for (let at = level; at < this.#counts.length; at += at & -at) {
      this.#counts[at]! += 1;
      this.#sums[at]! += value;
    }
  }

  upTo(level: number): { count: number; sum: number } {
    let [count, sum] = [0, 0];
    for (let at = level; at > 0; at -= at & -at) {
      count += this.#counts[at]!;
      sum += this.#sums[at]!;
    }
    return { count, sum };
  }
}

// Retrieval: where in the gallery, ordered by similarity, the relevant images of a query stand.

import type { Tensor } from '@xclr/torch';
import type { GalleryAndQueries } from './classes.js';
import { averagePrecision, relevantRanks } from './ranks.js';
import { forEachSimilarityRow, type SimilarityRowsOptions } from './similarity-rows.js';

/** Per query: the rank (from 1) of the first relevant image, and average precision over the whole gallery. */
export interface RetrievalScores {
  readonly firstRank: Int32Array;
  readonly averagePrecision: Float64Array;
}

/** Ranks every query's gallery by cosine, the query's own image left out. */
export function retrievalScores(
  features: Tensor,
  { gallery, queries, own }: GalleryAndQueries,
  options: SimilarityRowsOptions = {},
): RetrievalScores {
  const scores = {
    firstRank: new Int32Array(queries.rows.length),
    averagePrecision: new Float64Array(queries.rows.length),
  };
  const visit = (row: Float32Array, query: number) => {
    const ranks = relevantRanks(row, gallery.classes, queries.classes[query]!, own[query]);
    scores.firstRank[query] = ranks[0]!;
    scores.averagePrecision[query] = averagePrecision(ranks);
  };
  forEachSimilarityRow(features, queries.rows, gallery.rows, visit, options);
  return scores;
}

/** (q) 1 where a relevant image is among the first k. */
export function recallAt(scores: RetrievalScores, k: number): Float64Array {
  return Float64Array.from(scores.firstRank, (rank) => (rank <= k ? 1 : 0));
}

// Weighted k-nearest-neighbor classification on frozen features (Wu et al. 2018, arXiv 1805.01978).

import type { Tensor } from '@xclr/torch';
import type { GalleryAndQueries } from './classes.js';
import { nearest, vote } from './nearest-rows.js';
import { forEachSimilarityRow, type SimilarityRowsOptions } from './similarity-rows.js';

/** Settings of kNN classification. */
export interface KnnSettings extends SimilarityRowsOptions {
  readonly k: number;
  /** A vote is exp(cosine / temperature); 0.07 in the paper. */
  readonly temperature: number;
}

/** (q) 1 where the class with the most votes is one that is right for the query, else 0. A query never votes for itself. */
export function knnCorrect(
  features: Tensor,
  { gallery, queries, accepted, own }: GalleryAndQueries,
  { k, temperature, ...options }: KnnSettings,
): Float64Array {
  const correct = new Float64Array(queries.rows.length);
  const visit = (row: Float32Array, query: number) => {
    const predicted = vote(nearest(row, k, own[query]), gallery.classes, temperature);
    correct[query] = accepted[query]!.includes(predicted) ? 1 : 0;
  };
  forEachSimilarityRow(features, queries.rows, gallery.rows, visit, options);
  return correct;
}

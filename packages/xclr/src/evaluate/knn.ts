// Weighted k-nearest-neighbor classification on frozen features (Wu et al. 2018, arXiv 1805.01978).

import type { Tensor } from '@xclr/torch';
import type { GalleryAndQueries } from './classes.js';
import { countVotes, nearest } from './nearest-rows.js';
import { forEachSimilarityRow, type SimilarityRowsOptions } from './similarity-rows.js';

/** Settings of kNN classification. */
export interface KnnSettings extends SimilarityRowsOptions {
  readonly k: number;
  /** A vote is exp(cosine / temperature); 0.07 in the paper. */
  readonly temperature: number;
}

/** Answers of the nearest neighbors, query by query. */
export interface KnnAnswers {
  /** (q) the class with the most votes. */
  readonly predicted: Int32Array;
  /** (q) its fraction of the votes. */
  readonly votes: Float64Array;
  /** (q) place of the nearest image in the gallery; −1 where there is none. */
  readonly nearest: Int32Array;
}

/** Lets the k nearest vote for every query. A query never votes for itself. */
export function knnAnswers(
  features: Tensor,
  { gallery, queries, own }: Pick<GalleryAndQueries, 'gallery' | 'queries' | 'own'>,
  { k, temperature, ...options }: KnnSettings,
): KnnAnswers {
  const n = queries.rows.length;
  const answers = { predicted: new Int32Array(n), votes: new Float64Array(n), nearest: new Int32Array(n) };
  const visit = (row: Float32Array, query: number) => {
    const found = nearest(row, k, own[query]);
    const { winner, fraction } = countVotes(found, gallery.classes, temperature);
    answers.predicted[query] = winner;
    answers.votes[query] = fraction;
    answers.nearest[query] = found.positions[0] ?? -1;
  };
  forEachSimilarityRow(features, queries.rows, gallery.rows, visit, options);
  return answers;
}

/** (q) 1 where the class with the most votes is one that is right for the query, else 0. */
export function knnCorrect(features: Tensor, sets: GalleryAndQueries, settings: KnnSettings): Float64Array {
  const { predicted } = knnAnswers(features, sets, settings);
  return Float64Array.from(predicted, (answer, query) => (sets.accepted[query]!.includes(answer) ? 1 : 0));
}

// Probabilities of the classes for each query, by the votes of the nearest or by a linear probe, a chunk of queries at a time.

import { scoped, type Tensor, tensor } from '@xclr/torch';
import { z } from 'zod';
import { maxOf } from '../util/arrays.js';
import type { GalleryAndQueries } from './classes.js';
import { classProbabilities } from './logistic-regression.js';
import type { MetricContext } from './metric.js';
import { nearest } from './nearest-rows.js';
import { fitProbe } from './probe.js';
import { forEachSimilarityRow } from './similarity-rows.js';

/** Probabilities held at a time: 64 MiB. */
const CHUNK_ELEMENTS = 2 ** 24;

/** Settings of tasks that look at what a classifier answers. */
export const classifierSettings = {
  /** Who answers: the nearest gallery images, or a logistic regression on the features. */
  classifier: z.enum(['knn', 'probe']).default('knn'),
  k: z.int().min(1).default(20),
  temperature: z.number().positive().default(0.07),
  C: z.array(z.number().positive()).min(1).default([0.1, 1, 10, 100, 1000]),
  folds: z.int().min(2).max(20).default(3),
};

/** A task with a classifier. */
export interface ClassifierTask {
  readonly classifier: 'knn' | 'probe';
  readonly k: number;
  readonly temperature: number;
  readonly C: readonly number[];
  readonly folds: number;
}

/** Names of the classes that can be answered: those of the gallery, whose codes come first. */
export function galleryClasses({ names, gallery }: GalleryAndQueries): readonly string[] {
  return names.slice(0, maxOf(gallery.classes) + 1);
}

/**
 * Calls `visit` with the class probabilities (m, c) of the queries from place `start` on; those of kNN are the fractions of the votes.
 * @returns how it was classified, for definitions
 */
export function forEachProbabilities(
  sets: GalleryAndQueries,
  task: ClassifierTask,
  context: Pick<MetricContext, 'features' | 'seed' | 'device' | 'onProgress'>,
  visit: (probabilities: Tensor, start: number) => void,
): string {
  const { rows } = context.features;
  const count = galleryClasses(sets).length;
  const chunk = Math.max(1, Math.min(sets.queries.rows.length, Math.floor(CHUNK_ELEMENTS / count)));
  return task.classifier === 'knn'
    ? byVotes(rows, sets, task, { count, chunk, visit, onProgress: context.onProgress })
    : byProbe(rows, sets, task, { chunk, visit, context });
}

interface Chunks {
  readonly count: number;
  readonly chunk: number;
  readonly visit: (probabilities: Tensor, start: number) => void;
}

function byVotes(
  features: Tensor,
  { gallery, queries, own }: GalleryAndQueries,
  task: ClassifierTask,
  { count, chunk, visit, onProgress }: Chunks & Pick<MetricContext, 'onProgress'>,
): string {
  const k = Math.min(task.k, gallery.rows.length);
  const buffer = new Float32Array(chunk * count);
  const last = queries.rows.length - 1;
  const one = (row: Float32Array, query: number) => {
    const at = query % chunk;
    const votes = buffer.subarray(at * count, (at + 1) * count);
    votes.fill(0);
    const { positions, similarities } = nearest(row, k, own[query]);
    let all = 0;
    positions.forEach((position, i) => {
      const weight = Math.exp((similarities[i]! - similarities[0]!) / task.temperature);
      votes[gallery.classes[position]!]! += weight;
      all += weight;
    });
    for (let i = 0; i < count; i++) votes[i]! /= all;
    if (at < chunk - 1 && query < last) return;
    scoped(() => {
      const shape = [at + 1, count];
      visit(tensor(buffer.slice(0, (at + 1) * count), { shape }), query - at); // (m, c)
    });
  };
  forEachSimilarityRow(features, queries.rows, gallery.rows, one, { onProgress });
  return `the ${k} nearest gallery images (a vote is exp(cosine / ${task.temperature}))`;
}

function byProbe(
  features: Tensor,
  { gallery, queries }: GalleryAndQueries,
  task: ClassifierTask,
  {
    chunk,
    visit,
    context,
  }: Omit<Chunks, 'count'> & { readonly context: Pick<MetricContext, 'seed' | 'device' | 'onProgress'> },
): string {
  const { classifier, described } = fitProbe(features, gallery, { ...task, ...context });
  for (let start = 0; start < queries.rows.length; start += chunk)
    scoped(() => {
      const rows = tensor(queries.rows.slice(start, start + chunk));
      const x = features.indexSelect(0, rows).to({ device: context.device }); // (m, d)
      visit(classProbabilities(classifier, x).to({ device: 'cpu' }), start); // (m, c)
    });
  return `a logistic regression on the frozen features (${described})`;
}

// Task kind `knn`: weighted k-nearest-neighbor classification.

import { z } from 'zod';
import { acceptedSettings, acceptsOf, checkAccepted, describeAccepted } from '../accepted.js';
import { galleryAndQueries } from '../classes.js';
import { checkKey, chooseSamples } from '../filter.js';
import { knnCorrect } from '../knn.js';
import { filterSchema, type MetricKind, nameSchema, perQuery, taskName } from '../metric.js';
import { searchScope } from './search-scope.js';

const schema = z.strictObject({
  metric: z.literal('knn'),
  name: nameSchema,
  /** 'label' or an attribute: the class to predict. */
  label: z.string().default('label'),
  gallery: filterSchema,
  queries: filterSchema,
  /** Neighbors that vote. */
  k: z.int().min(1).default(20),
  /** A neighbor's vote is exp(cosine / temperature). */
  temperature: z.number().positive().default(0.07),
  ...acceptedSettings,
});
export type KnnTask = z.infer<typeof schema>;

export const knn: MetricKind<KnnTask> = {
  schema,
  filters: ({ gallery, queries }) => [gallery, queries],
  check(data, task, where) {
    chooseSamples(data, task.gallery, `${where}, gallery`);
    chooseSamples(data, task.queries, `${where}, queries`);
    checkKey(data, task.label, `${where}, label`);
    checkAccepted(data, task, where);
  },
  run(task, { dataset, rowIndex, features, onProgress, add }) {
    const where = taskName(task);
    const accepts = acceptsOf(task, where);
    const sets = galleryAndQueries(dataset, rowIndex, { ...task, where, key: task.label, accepts });
    const k = Math.min(task.k, sets.gallery.rows.length);
    const correct = knnCorrect(features.rows, sets, { k, temperature: task.temperature, onProgress });
    add(`knn_${task.name}`, perQuery(sets.queries.samples, correct), {
      n: correct.length,
      counted: 'queries',
      leftOut: sets.leftOut,
      definition:
        `Fraction of queries for which the ${task.label} with the most votes among the ${k} nearest gallery images, a vote being exp(cosine / ${task.temperature}), ` +
        `${describeAccepted(task)}. ${searchScope(task.gallery, task.queries, sets.gallery.rows.length)}`,
    });
  },
};

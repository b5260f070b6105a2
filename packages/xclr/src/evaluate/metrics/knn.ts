// Task kind `knn`: weighted k-nearest-neighbor classification.

import { z } from 'zod';
import { acceptedSettings, acceptsOf, checkAccepted, describeAccepted } from '../accepted.js';
import { checkClassTask, classTaskSets, classTaskSettings } from '../class-task.js';
import { predictionsOf } from '../classes.js';
import { knnAnswers } from '../knn.js';
import { type MetricKind, perQuery, taskName } from '../metric.js';
import { searchScope } from './search-scope.js';

const schema = z.strictObject({
  metric: z.literal('knn'),
  ...classTaskSettings,
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
    checkClassTask(data, task, where);
    checkAccepted(data, task, where);
  },
  run(task, { dataset, rowIndex, features, onProgress, add, keepPredictions }) {
    const where = taskName(task);
    const accepts = acceptsOf(task, where);
    const sets = classTaskSets(task, { dataset, rowIndex }, accepts);
    const k = Math.min(task.k, sets.gallery.rows.length);
    const answers = knnAnswers(features.rows, sets, { k, temperature: task.temperature, onProgress });
    const correct = Float64Array.from(answers.predicted, (one, i) =>
      sets.accepted[i]!.includes(one) ? 1 : 0,
    );
    keepPredictions?.(`knn_${task.name}`, {
      ...predictionsOf(task.label, sets, answers.predicted),
      votes: answers.votes,
      nearest: answers.nearest.map((place) => sets.gallery.samples[place] ?? -1),
    });
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

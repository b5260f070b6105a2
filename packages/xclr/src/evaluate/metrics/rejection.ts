// Task kind `rejection`: what is gained where an image to which nothing is near enough gets no answer.

import { z } from 'zod';
import type { Filter } from '../../data/types.js';
import { checkClassTask, classTaskSets, classTaskSettings } from '../class-task.js';
import { chooseSamples } from '../filter.js';
import { filterSchema, type MetricKind, perQuery, taskName } from '../metric.js';
import { nearest, vote } from '../nearest-rows.js';
import { fractionAbove, rejectionCurve } from '../rejection.js';
import { forEachSimilarityRow } from '../similarity-rows.js';
import { searchScope } from './search-scope.js';

const schema = z.strictObject({
  metric: z.literal('rejection'),
  ...classTaskSettings,
  /** Images that should get no answer, such as those of unknown classes. */
  unknown: filterSchema.unwrap().optional(), // without the default: {} would mean every image
  /** Fractions of the queries, those with the nearest neighbors, that are answered. */
  kept: z.array(z.number().gt(0).max(1)).min(1).default([0.5, 0.8]),
  k: z.int().min(1).default(20),
  temperature: z.number().positive().default(0.07),
});
export type RejectionTask = z.infer<typeof schema>;

export const rejection: MetricKind<RejectionTask> = {
  schema,
  filters: ({ gallery, queries, unknown }) => [gallery, queries, ...(unknown === undefined ? [] : [unknown])],
  check(data, task, where) {
    checkClassTask(data, task, where);
    if (task.unknown !== undefined) chooseSamples(data, task.unknown, `${where}, unknown`);
  },
  run(task, { dataset, rowIndex, features, onProgress, add }) {
    const where = taskName(task);
    const sets = classTaskSets(task, { dataset, rowIndex });
    const { gallery, queries, own } = sets;
    const k = Math.min(task.k, gallery.rows.length);
    const similarity = new Float64Array(queries.rows.length);
    const correct = new Float64Array(queries.rows.length);
    const visit = (row: Float32Array, query: number) => {
      const found = nearest(row, k, own[query]);
      similarity[query] = found.similarities[0]!;
      correct[query] = vote(found, gallery.classes, task.temperature) === queries.classes[query] ? 1 : 0;
    };
    forEachSimilarityRow(features.rows, queries.rows, gallery.rows, visit, { onProgress });
    const search = searchScope(task.gallery, task.queries, gallery.rows.length);
    const result = { counted: 'queries', leftOut: sets.leftOut } as const;
    const curve = rejectionCurve(similarity, correct);
    for (const fraction of task.kept) {
      const wanted = Math.max(1, Math.round(fraction * queries.rows.length));
      const threshold = Float64Array.from(similarity).sort().at(-wanted)!;
      const kept = similarity.map((one) => (one >= threshold ? 1 : 0));
      const right = correct.map((one, i) => one * kept[i]!);
      const answered = kept.reduce((sum, one) => sum + one, 0);
      add(
        `kept${Math.round(100 * fraction)}_${task.name}`,
        {
          estimate: right.reduce((sum, one) => sum + one, 0) / answered,
          keys: queries.samples,
          numerators: right,
          denominators: kept,
        },
        {
          ...result,
          n: answered,
          curve,
          definition: `Fraction of right answers of kNN (k ${k}) among the ${Math.round(100 * fraction)} % of queries whose nearest gallery image is nearest; the others are rejected (cosine below ${threshold.toFixed(3)} for this encoder). ${search}`,
        },
      );
    }
    if (task.unknown === undefined) return;
    const strangers = rowIndex.choose(chooseSamples(dataset, task.unknown as Filter, `${where}, unknown`));
    const places = new Map(Array.from(gallery.samples, (sample, place) => [sample, place]));
    const nearestOf = new Float64Array(strangers.rows.length);
    forEachSimilarityRow(features.rows, strangers.rows, gallery.rows, (row, query) => {
      nearestOf[query] = nearest(row, 1, places.get(strangers.samples[query]!) ?? -1).similarities[0]!;
    });
    add(`auroc_${task.name}`, perQuery(strangers.samples, fractionAbove(nearestOf, similarity)), {
      ...result,
      n: strangers.rows.length,
      definition: `Chance that the nearest gallery image is farther from an image that should be rejected (${Object.entries(
        task.unknown,
      )
        .map(([key, value]) => `${key} = ${String(value)}`)
        .join(
          ', ',
        )}) than from a query, by cosine; equal ones count half (area under the ROC curve). The interval is over the images to reject, the queries being fixed. ${search}`,
    });
  },
};

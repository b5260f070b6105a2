// Task kind `corruptions`: how much of the accuracy is left when images are noisy, blurred, too bright or too coarse.

import { z } from 'zod';
import { checkClassTask, classTaskSets, classTaskSettings } from '../class-task.js';
import { corrupt, corruptionNames, severities } from '../corruptions.js';
import { type MetricKind, perQuery, taskName } from '../metric.js';
import { nearest, vote } from '../nearest-rows.js';
import { forEachSimilarityRow } from '../similarity-rows.js';
import type { Variant } from '../variants.js';
import { searchScope } from './search-scope.js';

const schema = z.strictObject({
  metric: z.literal('corruptions'),
  ...classTaskSettings,
  kinds: z
    .array(z.enum(corruptionNames as [string, ...string[]]))
    .min(1)
    .default(corruptionNames),
  severities: z
    .array(z.int().min(1).max(5))
    .min(1)
    .default([...severities]),
  k: z.int().min(1).default(20),
  temperature: z.number().positive().default(0.07),
});
export type CorruptionsTask = z.infer<typeof schema>;

function variantsOf({
  kinds,
  severities: strengths,
  queries,
}: CorruptionsTask): (Variant & { kind: string })[] {
  return kinds.flatMap((kind) =>
    strengths.map((severity) => ({
      kind,
      key: `${kind}-${severity}`,
      samples: queries,
      frame: 'view',
      alter: (pixels, ids) =>
        corrupt(pixels, ids, {
          kind: kind as (typeof corruptionNames)[number], // the schema knows no other
          severity: severity as (typeof severities)[number],
          seed: 0,
        }),
    })),
  );
}

export const corruptionsMetric: MetricKind<CorruptionsTask> = {
  schema,
  filters: ({ gallery, queries }) => [gallery, queries],
  variants: variantsOf,
  check(data, task, where) {
    checkClassTask(data, task, where);
  },
  run(task, { dataset, rowIndex, features, variants, onProgress, add }) {
    const where = taskName(task);
    const sets = classTaskSets(task, { dataset, rowIndex });
    const { gallery, queries, own } = sets;
    const k = Math.min(task.k, gallery.rows.length);
    const wanted = variantsOf(task);
    const sums = new Map(task.kinds.map((kind) => [kind, new Float64Array(queries.rows.length)]));
    const all = new Float64Array(queries.rows.length);
    for (const [done, { key, kind }] of wanted.entries()) {
      const altered = variants.rowsOf(key, queries.samples, where);
      const visit = (row: Float32Array, query: number) => {
        const right =
          vote(nearest(row, k, own[query]), gallery.classes, task.temperature) === queries.classes[query];
        if (!right) return;
        sums.get(kind)![query]! += 1 / task.severities.length;
        all[query]! += 1 / wanted.length;
      };
      forEachSimilarityRow(features.rows, altered.rows, gallery.rows, visit, { queries: altered.features });
      onProgress(done + 1, wanted.length);
    }
    const how = (what: string) =>
      `Fraction of queries whose ${task.label} the ${k} nearest gallery images (uncorrupted) vote for, as in knn, ${what}. ${searchScope(task.gallery, task.queries, gallery.rows.length)}`;
    const result = { n: all.length, counted: 'queries', leftOut: sets.leftOut } as const;
    add(`corrupted_${task.name}`, perQuery(queries.samples, all), {
      ...result,
      definition: how(`mean over ${task.kinds.join(', ')} at severities ${task.severities.join(', ')}`),
    });
    for (const [kind, right] of sums) {
      add(`corrupted-${kind}_${task.name}`, perQuery(queries.samples, right), {
        ...result,
        definition: how(`corrupted by ${kind}, mean over severities ${task.severities.join(', ')}`),
      });
    }
  },
};

// Task kind `masked`: what is still recognized when the center of every image is covered: what lies around the object, or in the borders.

import type { Tensor } from '@xclr/torch';
import { z } from 'zod';
import { checkClassTask, classTaskSets, classTaskSettings } from '../class-task.js';
import { describeFilter } from '../filter.js';
import { type MetricKind, perQuery, taskName } from '../metric.js';
import { nearest, vote } from '../nearest-rows.js';
import { forEachSimilarityRow } from '../similarity-rows.js';
import type { Variant } from '../variants.js';
import { searchScope } from './search-scope.js';

const schema = z.strictObject({
  metric: z.literal('masked'),
  ...classTaskSettings,
  /** Width and height of what is covered, as fractions of the image's. */
  covered: z.number().gt(0).lt(1).default(0.7),
  k: z.int().min(1).default(20),
  temperature: z.number().positive().default(0.07),
});
export type MaskedTask = z.infer<typeof schema>;

/** Middle gray. */
const fill = 128;

/** (b, S, S, c) uint8 with a gray square in the middle. @internal */
export function coverCenter(pixels: Tensor, covered: number): Tensor {
  const [, height = 0, width = 0] = pixels.shape;
  const [rows, columns] = [Math.round(covered * height), Math.round(covered * width)];
  const altered = pixels.clone(); // (b, S, S, c)
  altered
    .narrow(1, Math.floor((height - rows) / 2), rows)
    .narrow(2, Math.floor((width - columns) / 2), columns)
    .fill_(fill);
  return altered;
}

function variantOf(task: MaskedTask, role: 'gallery' | 'queries'): Variant {
  return {
    key: `center ${task.covered} covered, ${describeFilter(task[role])}`,
    samples: task[role],
    frame: 'image',
    alter: (pixels) => coverCenter(pixels, task.covered),
  };
}

export const masked: MetricKind<MaskedTask> = {
  schema,
  filters: ({ gallery, queries }) => [gallery, queries],
  variants: (task) => [variantOf(task, 'gallery'), variantOf(task, 'queries')],
  check(data, task, where) {
    checkClassTask(data, task, where);
  },
  run(task, { dataset, rowIndex, variants, onProgress, add }) {
    const where = taskName(task);
    const sets = classTaskSets(task, { dataset, rowIndex });
    const { gallery, queries, own } = sets;
    const known = variants.rowsOf(variantOf(task, 'gallery').key, gallery.samples, where);
    const asked = variants.rowsOf(variantOf(task, 'queries').key, queries.samples, where);
    const k = Math.min(task.k, gallery.rows.length);
    const right = new Float64Array(queries.rows.length);
    const visit = (row: Float32Array, query: number) => {
      const answer = vote(nearest(row, k, own[query]), gallery.classes, task.temperature);
      right[query] = answer === queries.classes[query] ? 1 : 0;
    };
    forEachSimilarityRow(known.features, asked.rows, known.rows, visit, {
      queries: asked.features,
      onProgress,
    });
    add(`masked_${task.name}`, perQuery(queries.samples, right), {
      n: right.length,
      counted: 'queries',
      leftOut: sets.leftOut,
      definition:
        `Fraction of queries whose ${task.label} the ${k} nearest gallery images vote for, as in knn, where the middle ${Math.round(100 * task.covered)} % of the width and height of every image, in gallery and queries, is covered with gray. ` +
        searchScope(task.gallery, task.queries, gallery.rows.length),
    });
  },
};

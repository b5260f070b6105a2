// Task kind `graded`: the severity of mistakes. A husky taken for a malamute is a smaller mistake than one taken for a truck.

import { scoped } from '@xclr/torch';
import { z } from 'zod';
import { maxOf } from '../../util/arrays.js';
import { UserError } from '../../util/errors.js';
import { checkClassTask, classTaskSets, classTaskSettings } from '../class-task.js';
import { type MetricContext, type MetricKind, perQuery, taskName } from '../metric.js';
import { nearest, vote } from '../nearest-rows.js';
import { forEachSimilarityRow } from '../similarity-rows.js';
import { searchScope } from './search-scope.js';

const schema = z.strictObject({
  metric: z.literal('graded'),
  ...classTaskSettings,
  k: z.int().min(1).default(20),
  temperature: z.number().positive().default(0.07),
});
export type GradedTask = z.infer<typeof schema>;

/** Gallery images of a class whose captions stand for it; with many classes fewer, so that the square stays small. */
const representatives = 16;
const mostCompared = 4000;

export const graded: MetricKind<GradedTask> = {
  schema,
  filters: ({ gallery, queries }) => [gallery, queries],
  check(data, task, where) {
    checkClassTask(data, task, where);
  },
  run(task, context) {
    const { dataset, rowIndex, features, onProgress, add } = context;
    const sets = classTaskSets(task, { dataset, rowIndex });
    const { gallery, queries, own } = sets;
    const similarity = classSimilarities(gallery, context, taskName(task));
    const k = Math.min(task.k, gallery.rows.length);
    const grades = new Float64Array(queries.rows.length);
    const wrong = new Float64Array(queries.rows.length);
    const visit = (row: Float32Array, query: number) => {
      const predicted = vote(nearest(row, k, own[query]), gallery.classes, task.temperature);
      const truth = queries.classes[query]!;
      grades[query] = predicted === truth ? 1 : similarity(predicted, truth);
      wrong[query] = predicted === truth ? 0 : 1;
    };
    forEachSimilarityRow(features.rows, queries.rows, gallery.rows, visit, { onProgress });
    const keys = queries.samples;
    const how =
      `The ${task.label} that the ${k} nearest gallery images vote for (as in knn) compared with the true one by the mean caption similarity of images of the two classes. ` +
      searchScope(task.gallery, task.queries, gallery.rows.length);
    const result = { counted: 'queries', leftOut: sets.leftOut } as const;
    add(`graded_${task.name}`, perQuery(keys, grades), {
      ...result,
      n: keys.length,
      definition: `Mean similarity of predicted and true class, 1 where they are equal. ${how}`,
    });
    const mistakes = wrong.reduce((sum, one) => sum + one, 0);
    const mistaken = grades.map((grade, i) => grade * wrong[i]!);
    const total = mistaken.reduce((sum, one) => sum + one, 0);
    add(
      `mistakes_${task.name}`,
      { estimate: total / mistakes, keys, numerators: mistaken, denominators: wrong },
      {
        ...result,
        n: mistakes,
        definition: `Mean similarity of predicted and true class over the mistakes only. ${how}`,
        ...(mistakes === 0 && { note: 'Undefined: there is no mistake.' }),
      },
    );
  },
};

/** Mean caption similarity of the images of two classes, by some images of each. */
function classSimilarities(
  { classes, samples }: { readonly classes: Int32Array; readonly samples: Int32Array },
  { captionSimilarity }: MetricContext,
  where: string,
): (a: number, b: number) => number {
  if (captionSimilarity === undefined)
    throw new UserError(`${where}: needs caption similarities, got none`, 'Give a caption graph.');
  const count = maxOf(classes) + 1;
  const each = Math.max(1, Math.min(representatives, Math.floor(mostCompared / count)));
  const taken = new Int32Array(count);
  const places = Int32Array.from(classes.keys()).filter((place) => taken[classes[place]!]!++ < each);
  const ids = places.map((place) => samples[place]!);
  const square = new Float32Array(ids.length * ids.length);
  scoped(() => captionSimilarity.similarities(ids).to({ dtype: 'float32' }).copyTo(square)); // (m, m)
  const sums = new Float64Array(count * count);
  const counts = new Float64Array(count * count);
  for (const [i, a] of places.entries()) {
    for (const [j, b] of places.entries()) {
      const cell = classes[a]! * count + classes[b]!;
      sums[cell]! += square[i * ids.length + j]!;
      counts[cell]!++;
    }
  }
  return (a, b) => sums[a * count + b]! / counts[a * count + b]!;
}

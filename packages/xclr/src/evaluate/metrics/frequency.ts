// Task kind `frequency`: accuracy on frequent, middling and rare classes.

import { z } from 'zod';
import { classifierSettings, forEachProbabilities, galleryClasses } from '../class-scores.js';
import { checkClassTask, classTaskSets, classTaskSettings } from '../class-task.js';
import { type MetricKind, perQuery } from '../metric.js';
import { searchScope } from './search-scope.js';

const schema = z.strictObject({
  metric: z.literal('frequency'),
  ...classTaskSettings,
  /** Gallery images up to which a class is rare, and from which on it is frequent. */
  bounds: z
    .tuple([z.int().min(1), z.int().min(2)])
    .refine(([tail, head]) => tail < head, 'the first must be below the second')
    .default([20, 100]),
  ...classifierSettings,
});
export type FrequencyTask = z.infer<typeof schema>;

export const frequency: MetricKind<FrequencyTask> = {
  schema,
  filters: ({ gallery, queries }) => [gallery, queries],
  check(data, task, where) {
    checkClassTask(data, task, where);
  },
  run(task, context) {
    const { dataset, rowIndex, add } = context;
    const sets = classTaskSets(task, { dataset, rowIndex });
    const { gallery, queries } = sets;
    const sizes = new Int32Array(galleryClasses(sets).length);
    for (const code of gallery.classes) sizes[code]!++;
    const correct = new Float64Array(queries.rows.length);
    const classified = forEachProbabilities(sets, task, context, (probabilities, start) => {
      const answers = probabilities.argmax({ dim: 1 }).to({ dtype: 'int32' }).toArray() as Int32Array; // (m)
      answers.forEach((answer, i) => {
        correct[start + i] = answer === queries.classes[start + i] ? 1 : 0;
      });
    });
    const [rare, frequent] = task.bounds;
    const groups = [
      { name: 'head', said: `${frequent} gallery images or more`, fits: (n: number) => n >= frequent },
      {
        name: 'middle',
        said: `${rare + 1} to ${frequent - 1} gallery images`,
        fits: (n: number) => n > rare && n < frequent,
      },
      { name: 'tail', said: `${rare} gallery images or fewer`, fits: (n: number) => n <= rare },
    ];
    for (const { name, said, fits } of groups) {
      const classes = sizes.filter((size) => size > 0 && fits(size)).length;
      const places = Int32Array.from(queries.rows.keys()).filter((q) => fits(sizes[queries.classes[q]!]!));
      if (places.length === 0) continue; // the same for every method: it depends on the data alone
      add(
        `${name}_${task.name}`,
        perQuery(
          places.map((q) => queries.samples[q]!),
          Float64Array.from(places, (q) => correct[q]!),
        ),
        {
          n: places.length,
          counted: 'queries',
          leftOut: sets.leftOut,
          definition: `Fraction of queries of the ${classes} classes with ${said} whose own ${task.label} is likeliest by ${classified}. ${searchScope(task.gallery, task.queries, gallery.rows.length)}`,
        },
      );
    }
  },
};

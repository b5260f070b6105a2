// Task kind `few-shot`: how well the nearest class mean does with a few labeled images per class.

import { scoped, type Tensor, tensor } from '@xclr/torch';
import { z } from 'zod';
import { maxOf, minOf } from '../../util/arrays.js';
import { UserError } from '../../util/errors.js';
import { purpose, Random } from '../../util/random.js';
import { checkClassTask, classTaskSets, classTaskSettings } from '../class-task.js';
import type { ClassedRows } from '../classes.js';
import { type MetricKind, perQuery, taskName } from '../metric.js';
import { searchScope } from './search-scope.js';

const schema = z.strictObject({
  metric: z.literal('few-shot'),
  ...classTaskSettings,
  /** Labeled images per class. */
  shots: z.array(z.int().min(1)).default([1, 5, 10]),
  /** Fractions of each class that are labeled, at least one image. */
  fractions: z.array(z.number().gt(0).max(1)).default([]),
  /** Draws that each value is the mean of. */
  episodes: z.int().min(1).default(20),
});
export type FewShotTask = z.infer<typeof schema>;

export const fewShot: MetricKind<FewShotTask> = {
  schema,
  filters: ({ gallery, queries }) => [gallery, queries],
  check(data, task, where) {
    checkClassTask(data, task, where);
  },
  run(task, { dataset, rowIndex, features, seed, onProgress, add }) {
    const where = taskName(task);
    const sets = classTaskSets(task, { dataset, rowIndex });
    const { gallery, queries } = sets;
    const places = placesOf(gallery);
    const fewest = minOf([...places.values()].map((list) => list.length));
    const most = maxOf(task.shots, 0);
    if (most > fewest) {
      throw new UserError(
        `${where}: ${most} shots need ${most} gallery images of every class, and one has ${fewest}`,
        'Ask for fewer shots, or leave small classes out of the gallery.',
      );
    }
    const settings = [
      ...task.shots.map((shots) => ({
        name: `shot${shots}`,
        size: () => shots,
        said: `${shots} images per class`,
      })),
      ...task.fractions.map((fraction) => ({
        name: `fraction${100 * fraction}`,
        size: (n: number) => Math.max(1, Math.round(fraction * n)),
        said: `${100 * fraction} % of each class (at least one image)`,
      })),
    ];
    for (const [i, { name, size, said }] of settings.entries()) {
      const correct = new Float64Array(queries.rows.length);
      for (let episode = 0; episode < task.episodes; episode++) {
        const drawn = [...places].map(([one, list]) => {
          const random = new Random(seed, one, episode, i, purpose.evaluation);
          const order = list.map((place) => ({ place, at: random.uniform() })).sort((a, b) => a.at - b.at);
          return { one, rows: order.slice(0, size(list.length)).map(({ place }) => gallery.rows[place]!) };
        });
        nearestMeans(features.rows, drawn, queries).forEach((one, q) => {
          if (one === queries.classes[q]) correct[q]! += 1 / task.episodes;
        });
      }
      onProgress(i + 1, settings.length);
      add(`${name}_${task.name}`, perQuery(queries.samples, correct), {
        n: correct.length,
        counted: 'queries',
        leftOut: sets.leftOut,
        definition:
          `Fraction of queries whose ${task.label} is the one with the nearest mean (by cosine) of ${said}, drawn from the gallery with the seed; ` +
          `mean over ${task.episodes} draws. ${searchScope(task.gallery, task.queries, gallery.rows.length)}`,
      });
    }
  },
};

function placesOf({ classes }: ClassedRows): Map<number, number[]> {
  const places = new Map<number, number[]>();
  classes.forEach((one, place) => {
    const list = places.get(one) ?? [];
    if (list.length === 0) places.set(one, list);
    list.push(place);
  });
  return places;
}

/** (q) the class whose drawn rows' mean is nearest. */
function nearestMeans(
  rows: Tensor,
  drawn: readonly { readonly one: number; readonly rows: readonly number[] }[],
  queries: ClassedRows,
): number[] {
  return scoped(() => {
    const d = rows.size(1);
    const all = Int32Array.from(drawn.flatMap((group) => group.rows));
    const group = Int32Array.from(drawn.flatMap((one, g) => one.rows.map(() => g)));
    const picked = rows.indexSelect(0, tensor(all)); // (s, d)
    const sums = tensor(new Float32Array(drawn.length * d), { shape: [drawn.length, d] });
    const means = sums.indexAdd(0, tensor(group), picked); // (c, d): sums point where means do
    const unit = means.div(means.linalgVectorNorm({ dim: [1], keepdim: true }).clampMin(1e-12));
    const asked = rows.indexSelect(0, tensor(queries.rows)); // (q, d)
    const nearest = asked.matmul(unit.t()).argmax({ dim: 1 }).to({ dtype: 'int32' }).toArray() as Int32Array;
    return Array.from(nearest, (g) => drawn[g]!.one);
  });
}

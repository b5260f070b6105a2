// Task kind `linear-probe`: logistic regression on frozen features.

import { scoped, tensor } from '@xclr/torch';
import { z } from 'zod';
import { maxOf } from '../../util/arrays.js';
import { purpose, Random } from '../../util/random.js';
import { acceptedSettings, acceptsOf, checkAccepted, describeAccepted } from '../accepted.js';
import { type ClassedRows, galleryAndQueries, predictionsOf } from '../classes.js';
import { checkKey, chooseSamples } from '../filter.js';
import { classify, fitLogistic, type LinearClassifier } from '../logistic-regression.js';
import { filterSchema, type MetricKind, nameSchema, perQuery, taskName } from '../metric.js';
import { searchScope } from './search-scope.js';

const schema = z.strictObject({
  metric: z.literal('linear-probe'),
  name: nameSchema,
  /** 'label' or an attribute: the class to predict. */
  label: z.string().default('label'),
  gallery: filterSchema,
  queries: filterSchema,
  /** Inverse strengths of the penalty, of which the best on a part of the gallery is taken. */
  C: z.array(z.number().positive()).min(1).default([0.1, 1, 10, 100, 1000]),
  /** Fraction of each class of the gallery that the choice among C is made on. */
  validation: z.number().gt(0).lt(1).default(0.2),
  ...acceptedSettings,
});
export type LinearProbeTask = z.infer<typeof schema>;

export const linearProbe: MetricKind<LinearProbeTask> = {
  schema,
  filters: ({ gallery, queries }) => [gallery, queries],
  check(data, task, where) {
    chooseSamples(data, task.gallery, `${where}, gallery`);
    chooseSamples(data, task.queries, `${where}, queries`);
    checkKey(data, task.label, `${where}, label`);
    checkAccepted(data, task, where);
  },
  run(task, { dataset, rowIndex, features, seed, onProgress, add, keepPredictions }) {
    const where = taskName(task);
    const accepts = acceptsOf(task, where);
    const sets = galleryAndQueries(dataset, rowIndex, { ...task, where, key: task.label, accepts });
    const { gallery, queries, accepted } = sets;
    const count = maxOf(gallery.classes) + 1;
    const { fitted, chosen } = probeSplit(gallery, task.validation, seed);
    const rowsOf = (of: Int32Array) => scoped(() => features.rows.indexSelect(0, tensor(of))); // (n, d)
    const strengths = task.C.toSorted((a, b) => a - b);
    let best = { C: strengths[0]!, correct: -1 };
    if (strengths.length > 1 && chosen.rows.length > 0) {
      using x = rowsOf(fitted.rows);
      using held = rowsOf(chosen.rows);
      let start: LinearClassifier | undefined;
      for (const [i, C] of strengths.entries()) {
        start = fitLogistic(x, fitted.classes, count, { C, start });
        const correct = countCorrect(classify(start, held), chosen.classes);
        if (correct > best.correct) best = { C, correct };
        onProgress(i + 1, strengths.length + 1);
      }
    }
    using x = rowsOf(gallery.rows);
    using asked = rowsOf(queries.rows);
    const classifier = fitLogistic(x, gallery.classes, count, { C: best.C });
    const predicted = classify(classifier, asked);
    onProgress(strengths.length + 1, strengths.length + 1);
    const correct = Float64Array.from(predicted, (one, i) => (accepted[i]!.includes(one) ? 1 : 0));
    keepPredictions?.(`probe_${task.name}`, predictionsOf(task.label, sets, predicted));
    add(`probe_${task.name}`, perQuery(queries.samples, correct), {
      n: correct.length,
      counted: 'queries',
      leftOut: sets.leftOut,
      definition:
        `Fraction of queries for which the ${task.label} that a logistic regression on the frozen features gives ${describeAccepted(task)} (L-BFGS; C = ${best.C}, the best of ` +
        `${strengths.join(', ')} on ${chosen.rows.length} images of the gallery, then refitted on all of it). ${searchScope(task.gallery, task.queries, gallery.rows.length)}`,
    });
  },
};

const countCorrect = (predicted: Int32Array, classes: Int32Array) =>
  predicted.reduce((sum, one, i) => sum + (one === classes[i] ? 1 : 0), 0);

/** A fraction of each class, drawn by the seed, and the rest; a class of one image stays with the rest. */
function probeSplit(
  gallery: ClassedRows,
  fraction: number,
  seed: number,
): { fitted: ClassedRows; chosen: ClassedRows } {
  const byClass = new Map<number, number[]>();
  gallery.classes.forEach((one, place) => {
    const list = byClass.get(one) ?? [];
    if (list.length === 0) byClass.set(one, list);
    list.push(place);
  });
  const held = new Set<number>();
  for (const [one, places] of byClass) {
    const random = new Random(seed, one, purpose.evaluation);
    const order = places.map((place) => ({ place, at: random.uniform() })).sort((a, b) => a.at - b.at);
    const most = Math.min(places.length - 1, Math.round(fraction * places.length));
    for (const { place } of order.slice(0, most)) held.add(place);
  }
  const take = (wanted: boolean): ClassedRows => {
    const places = Int32Array.from(gallery.rows.keys()).filter((place) => held.has(place) === wanted);
    const of = (values: Int32Array) => places.map((place) => values[place]!);
    return { rows: of(gallery.rows), samples: of(gallery.samples), classes: of(gallery.classes) };
  };
  return { fitted: take(false), chosen: take(true) };
}

// Task kind `linear-probe`: logistic regression on frozen features.

import { scoped, tensor } from '@xclr/torch';
import { z } from 'zod';
import { maxOf } from '../../util/arrays.js';
import { permutation, purpose } from '../../util/random.js';
import { acceptedSettings, acceptsOf, checkAccepted, describeAccepted } from '../accepted.js';
import { type ClassedRows, checkGallery, galleryAndQueries, predictionsOf } from '../classes.js';
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
  /** Inverse strengths of the penalty, of which the best by cross-validation on the gallery is taken. */
  C: z.array(z.number().positive()).min(1).default([0.1, 1, 10, 100, 1000]),
  /** Parts of the gallery, each of which is classified by a fit on the others, for the choice among C. */
  folds: z.int().min(2).max(20).default(3),
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
    checkGallery(data, task.gallery, task.label, where);
    checkAccepted(data, task, where);
  },
  run(task, { dataset, rowIndex, features, seed, device, onProgress, add, keepPredictions }) {
    const where = taskName(task);
    const accepts = acceptsOf(task, where);
    const sets = galleryAndQueries(dataset, rowIndex, { ...task, where, key: task.label, accepts });
    const { gallery, queries, accepted } = sets;
    const count = maxOf(gallery.classes) + 1;
    const rowsOf = (of: Int32Array) => scoped(() => features.rows.indexSelect(0, tensor(of)).to({ device })); // (n, d)
    const strengths = task.C.toSorted((a, b) => a - b);
    const fits = strengths.length > 1 ? task.folds * strengths.length + 1 : 1;
    const rights = new Float64Array(strengths.length);
    let held = 0;
    if (strengths.length > 1) {
      for (const [fold, { fitted, asked }] of foldsOf(gallery, task.folds, seed).entries()) {
        if (asked.rows.length === 0) continue;
        held += asked.rows.length;
        using x = rowsOf(fitted.rows);
        using heldRows = rowsOf(asked.rows);
        let start: LinearClassifier | undefined;
        for (const [i, C] of strengths.entries()) {
          start = fitLogistic(x, fitted.classes, count, { C, start });
          rights[i]! += countCorrect(classify(start, heldRows), asked.classes);
          onProgress(fold * strengths.length + i + 1, fits);
        }
      }
    }
    const C = strengths[rights.indexOf(maxOf(rights))]!; // the smallest of equals
    using x = rowsOf(gallery.rows);
    using asked = rowsOf(queries.rows);
    const classifier = fitLogistic(x, gallery.classes, count, { C });
    const predicted = classify(classifier, asked);
    onProgress(fits, fits);
    const correct = Float64Array.from(predicted, (one, i) => (accepted[i]!.includes(one) ? 1 : 0));
    keepPredictions?.(`probe_${task.name}`, predictionsOf(task.label, sets, predicted));
    add(`probe_${task.name}`, perQuery(queries.samples, correct), {
      n: correct.length,
      counted: 'queries',
      leftOut: sets.leftOut,
      chosen: { C },
      converged: classifier.converged,
      ...(!classifier.converged && {
        note: `L-BFGS did not converge: after ${classifier.iterations} iterations the gradient a sample was ${classifier.gradient.toExponential(1)}.`,
      }),
      definition:
        `Fraction of queries for which the ${task.label} that a logistic regression on the frozen features gives ${describeAccepted(task)} ` +
        `(L-BFGS; ${strengths.length === 1 ? `C = ${C}` : `C the best of ${strengths.join(', ')} by ${task.folds}-fold cross-validation on ${held} images of the gallery, then fitted on all of it`}). ` +
        searchScope(task.gallery, task.queries, gallery.rows.length),
    });
  },
};

const countCorrect = (predicted: Int32Array, classes: Int32Array) =>
  predicted.reduce((sum, one, i) => sum + (one === classes[i] ? 1 : 0), 0);

/** What is fitted and what is asked in each fold: every class is dealt out evenly, by the seed; a class of one image is only fitted. */
function foldsOf(
  gallery: ClassedRows,
  folds: number,
  seed: number,
): { fitted: ClassedRows; asked: ClassedRows }[] {
  const byClass = new Map<number, number[]>();
  gallery.classes.forEach((one, place) => {
    const list = byClass.get(one) ?? [];
    if (list.length === 0) byClass.set(one, list);
    list.push(place);
  });
  const foldOf = new Int32Array(gallery.rows.length).fill(-1);
  let dealt = 0; // goes on from class to class, so that folds are of one size also where classes are small
  for (const [one, places] of byClass) {
    if (places.length < 2) continue;
    for (const at of permutation(places.length, seed, one, purpose.folds))
      foldOf[places[at]!] = dealt++ % folds;
  }
  const take = (wanted: (place: number) => boolean): ClassedRows => {
    const places = Int32Array.from(gallery.rows.keys()).filter(wanted);
    const of = (values: Int32Array) => places.map((place) => values[place]!);
    return { rows: of(gallery.rows), samples: of(gallery.samples), classes: of(gallery.classes) };
  };
  return Array.from({ length: folds }, (_, fold) => ({
    fitted: take((place) => foldOf[place] !== fold),
    asked: take((place) => foldOf[place] === fold),
  }));
}

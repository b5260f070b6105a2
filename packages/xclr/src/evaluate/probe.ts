// Fits a linear probe: C by cross-validation on the gallery, then the classifier on all of it.

import { type Device, scoped, type Tensor, tensor } from '@xclr/torch';
import { maxOf } from '../util/arrays.js';
import { permutation, purpose } from '../util/random.js';
import type { ClassedRows } from './classes.js';
import {
  classify,
  type FittedClassifier,
  fitLogistic,
  type LinearClassifier,
} from './logistic-regression.js';

/** Settings of a probe. */
export interface ProbeOptions {
  /** Inverse strengths of the penalty to choose among. */
  readonly C: readonly number[];
  readonly folds: number;
  /** Deals the gallery into folds. */
  readonly seed: number;
  readonly device: Device;
  readonly onProgress: (done: number, total: number) => void;
}

/** A probe as it was fitted. */
export interface FittedProbe {
  readonly classifier: FittedClassifier;
  readonly C: number;
  /** For definitions. */
  readonly described: string;
}

/** @param features (n, d) unit rows */
export function fitProbe(
  features: Tensor,
  gallery: ClassedRows,
  { C: among, folds, seed, device, onProgress }: ProbeOptions,
): FittedProbe {
  const count = maxOf(gallery.classes) + 1;
  const rowsOf = (of: Int32Array) => scoped(() => features.indexSelect(0, tensor(of)).to({ device })); // (n, d)
  const strengths = among.toSorted((a, b) => a - b);
  const fits = strengths.length > 1 ? folds * strengths.length + 1 : 1;
  const rights = new Float64Array(strengths.length);
  let held = 0;
  if (strengths.length > 1) {
    for (const [fold, { fitted, asked }] of foldsOf(gallery, folds, seed).entries()) {
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
  const classifier = fitLogistic(x, gallery.classes, count, { C });
  onProgress(fits, fits);
  const how =
    strengths.length === 1
      ? `C = ${C}`
      : `C the best of ${strengths.join(', ')} by ${folds}-fold cross-validation on ${held} images of the gallery, then fitted on all of it`;
  return { classifier, C, described: `L-BFGS; ${how}` };
}

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

// What a classifier answered, query by query, and what follows from it: accuracy by class, confusions, mistakes, chance.

import type { Sample } from '../data/types.js';
import { maxOf } from '../util/arrays.js';

/** Answers of one classifier on the queries of a task. */
export interface Predictions {
  /** 'label' or an attribute: what was predicted. */
  readonly key: string;
  /** Names of the classes; all codes below are places in this list. */
  readonly names: readonly string[];
  /** (classes) images of each class in the gallery. */
  readonly gallerySizes: Int32Array;
  /** (q) samples of the data set. */
  readonly samples: Int32Array;
  /** (q) classes that are right, the query's own first. */
  readonly accepted: readonly (readonly number[])[];
  /** (q) */
  readonly predicted: Int32Array;
  /** (q) fraction of the votes for the predicted class; absent where the classifier has no votes. */
  readonly votes?: Float64Array;
  /** (q) the most similar gallery image, as a sample of the data set. */
  readonly nearest?: Int32Array;
}

/** A class and how often its queries were answered right. */
export interface ClassAccuracy {
  readonly name: string;
  readonly queries: number;
  readonly correct: number;
}

/** Queries of one class that were taken for another. */
export interface Confusion {
  readonly truth: string;
  readonly predicted: string;
  readonly count: number;
}

/** A wrong answer. */
export interface Mistake {
  /** The query's id. */
  readonly id: string;
  readonly truth: string;
  readonly predicted: string;
  /** Fraction of the votes for the wrong class. */
  readonly votes: number;
  /** Id of the most similar gallery image. */
  readonly nearest: string;
}

/** What guessing gives. */
export interface Chance {
  /** Every class of the gallery equally likely. */
  readonly uniform: number;
  /** Always the class with the most gallery images. */
  readonly majority: number;
}

/** What evaluation.json keeps of predictions. */
export interface ClassReport {
  readonly key: string;
  readonly chance: Chance;
  /** In the order of their names. */
  readonly classes: readonly ClassAccuracy[];
  /** The most frequent first. */
  readonly confusions: readonly Confusion[];
  /** The surest first; empty where the classifier has no votes. */
  readonly mistakes: readonly Mistake[];
}

const byName = (a: { readonly name: string }, b: { readonly name: string }) => a.name.localeCompare(b.name);
const isRight = ({ accepted, predicted }: Predictions, query: number) =>
  accepted[query]!.includes(predicted[query]!);

/** Accuracy of each class that has queries. A query counts for its own class, whatever else is accepted. @internal */
export function classAccuracies(predictions: Predictions): ClassAccuracy[] {
  const found = new Map<number, { queries: number; correct: number }>();
  predictions.accepted.forEach(([own], query) => {
    const one = found.get(own!) ?? { queries: 0, correct: 0 };
    found.set(own!, one);
    one.queries++;
    if (isRight(predictions, query)) one.correct++;
  });
  return Array.from(found, ([code, counts]) => ({ name: predictions.names[code]!, ...counts })).sort(byName);
}

/** Wrong answers, counted by pair of classes; equal counts in the order of the names. @internal */
export function confusionsOf(predictions: Predictions): Confusion[] {
  const { names, accepted, predicted } = predictions;
  const counts = new Map<string, { truth: string; predicted: string; count: number }>();
  predicted.forEach((answer, query) => {
    if (isRight(predictions, query)) return;
    const [truth, taken] = [names[accepted[query]![0]!]!, names[answer]!];
    const key = JSON.stringify([truth, taken]);
    const one = counts.get(key) ?? { truth, predicted: taken, count: 0 };
    counts.set(key, one);
    one.count++;
  });
  return [...counts.values()].sort(
    (a, b) => b.count - a.count || a.truth.localeCompare(b.truth) || a.predicted.localeCompare(b.predicted),
  );
}

/** The wrong answers with the most votes; equal ones in the order of the queries. @internal */
export function surestMistakes(predictions: Predictions, samples: readonly Sample[], most = 24): Mistake[] {
  const { names, accepted, predicted, votes, nearest } = predictions;
  if (votes === undefined || nearest === undefined) return [];
  return [...predicted.keys()]
    .filter((query) => !isRight(predictions, query))
    .sort((a, b) => votes[b]! - votes[a]! || a - b)
    .slice(0, most)
    .map((query) => ({
      id: samples[predictions.samples[query]!]!.id,
      truth: names[accepted[query]![0]!]!,
      predicted: names[predicted[query]!]!,
      votes: votes[query]!,
      nearest: samples[nearest[query]!]!.id,
    }));
}

/** What guessing gives on these queries. @internal */
export function chanceOf({ gallerySizes, accepted }: Predictions): Chance {
  const present = gallerySizes.filter((size) => size > 0).length;
  const largest = gallerySizes.indexOf(maxOf(gallerySizes));
  const mean = (of: (right: readonly number[]) => number) =>
    accepted.reduce((sum, right) => sum + of(right), 0) / accepted.length;
  return {
    uniform: mean((right) => right.filter((code) => (gallerySizes[code] ?? 0) > 0).length / present),
    majority: mean((right) => (right.includes(largest) ? 1 : 0)),
  };
}

/** Everything that is kept. */
export function classReport(predictions: Predictions, samples: readonly Sample[]): ClassReport {
  return {
    key: predictions.key,
    chance: chanceOf(predictions),
    classes: classAccuracies(predictions),
    confusions: confusionsOf(predictions),
    mistakes: surestMistakes(predictions, samples),
  };
}

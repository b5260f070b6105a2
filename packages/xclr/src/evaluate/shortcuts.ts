// What can be told from an image without what it shows: kNN on size, aspect, file, border and mean gray; near-duplicates.

import { maxOf } from '../util/arrays.js';
import { bootstrapRatio } from './bootstrap.js';
import { type ImageFacts, smallSide } from './image-facts.js';
import { perQuery } from './metric.js';
import { nearest, vote } from './nearest-rows.js';
import type { Interval } from './types.js';

/** What each shortcut looks at. */
const looks: Readonly<Record<string, (facts: ImageFacts, writers: readonly string[]) => number[]>> = {
  size: ({ width, height }) => [Math.log(width), Math.log(height)],
  aspect: ({ width, height }) => [Math.log(width / height)],
  file: ({ density, writer }, writers) => [
    Math.log(density),
    ...writers.map((one) => (one === writer ? 1 : 0)),
  ],
  border: ({ small }) => ringOf(small),
  'mean gray': ({ small }) => [small.reduce((sum, one) => sum + one, 0) / small.length],
};

/** The outermost pixels of the small copy. */
function ringOf(small: Uint8Array): number[] {
  const ring: number[] = [];
  for (let y = 0; y < smallSide; y++)
    for (let x = 0; x < smallSide; x++)
      if (y === 0 || x === 0 || y === smallSide - 1 || x === smallSide - 1)
        for (let c = 0; c < 3; c++) ring.push(small[3 * (y * smallSide + x) + c]!);
  return ring;
}

/** An image with its class. */
export interface ClassedFacts extends ImageFacts {
  readonly class: string;
}

/** How well kNN tells one class on one shortcut. */
export interface ShortcutClass {
  readonly name: string;
  readonly queries: number;
  /** The fraction of its queries that get this answer. */
  readonly accuracy: number;
  /** The fraction of the other classes' queries that get this answer too: a hint that says it of everything tells nothing. */
  readonly mistaken: number;
}

/** How well kNN does on one shortcut. */
export interface ShortcutResult {
  readonly name: string;
  readonly accuracy: number;
  readonly interval: Interval | null;
  /** Those first that it tells best from the others. */
  readonly classes: readonly ShortcutClass[];
}

/** Youden's index (1950): 1 where the hint tells the class from all others, 0 where it tells nothing. */
const worth = ({ accuracy, mistaken }: ShortcutClass) => accuracy - mistaken;

/** Queries that a class needs before something is said of it. */
const fewestQueries = 5;

/** The class that a hint tells best from all others; undefined where none is told by half. */
export function toldBest(
  results: readonly ShortcutResult[],
): (ShortcutClass & { readonly hint: string }) | undefined {
  const [best] = results
    .flatMap(({ name: hint, classes }) => classes.map((one) => ({ ...one, hint })))
    .filter((one) => one.queries >= fewestQueries && worth(one) >= 0.5)
    .sort((a, b) => worth(b) - worth(a));
  return best;
}

/**
 * Majority of the k nearest (Euclidean, each number standardized over the gallery), for each shortcut alone.
 * @returns in the order of `looks`: size, aspect, file, border, mean gray
 */
export function shortcutAccuracies(
  gallery: readonly ClassedFacts[],
  queries: readonly ClassedFacts[],
  { k = 15, seed = 0 }: { readonly k?: number; readonly seed?: number } = {},
): ShortcutResult[] {
  const names = [...new Set(gallery.map((one) => one.class))];
  const codes = new Map(names.map((name, code) => [name, code]));
  const classes = Int32Array.from(gallery, (one) => codes.get(one.class)!);
  const writers = [...new Set(gallery.map(({ writer }) => writer))];
  return Object.entries(looks).map(([name, look]) => {
    const rows = gallery.map((one) => look(one, writers));
    const scale = standardization(rows);
    const known = rows.map(scale);
    const answers = queries.map((query) => {
      const asked = scale(look(query, writers));
      const row = Float32Array.from(known, (one) => -squaredDistance(one, asked));
      const own = gallery.findIndex(({ sample }) => sample === query.sample);
      return names[vote(nearest(row, k, own), classes, Infinity)]!; // every vote counts 1
    });
    const right = Float64Array.from(queries, (query, i) => (answers[i] === query.class ? 1 : 0));
    const units = perQuery(
      Int32Array.from(queries, ({ sample }) => sample),
      right,
    );
    const bounds = bootstrapRatio(units, { seed, resamples: 1000, level: 0.95 });
    const interval =
      bounds === null ? null : ({ ...bounds, level: 0.95, resamples: 1000, over: 'queries' } as const);
    return { name, accuracy: units.estimate, interval, classes: byClass(queries, answers) };
  });
}

function byClass(queries: readonly ClassedFacts[], answers: readonly string[]): ShortcutClass[] {
  const found = new Map<string, { queries: number; correct: number }>();
  const answered = new Map<string, number>();
  queries.forEach(({ class: name }, i) => {
    const one = found.get(name) ?? { queries: 0, correct: 0 };
    found.set(name, one);
    one.queries++;
    if (answers[i] === name) one.correct++;
    answered.set(answers[i]!, (answered.get(answers[i]!) ?? 0) + 1);
  });
  return Array.from(found, ([name, { queries: n, correct }]) => ({
    name,
    queries: n,
    accuracy: correct / n,
    mistaken: ((answered.get(name) ?? 0) - correct) / Math.max(1, queries.length - n),
  })).sort((a, b) => worth(b) - worth(a) || a.name.localeCompare(b.name));
}

const squaredDistance = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, one, i) => sum + (one - b[i]!) ** 2, 0);

/** Mean 0 and deviation 1 over these rows; what is constant stays 0. */
function standardization(rows: readonly (readonly number[])[]) {
  const d = rows[0]?.length ?? 0;
  const means = Array.from(
    { length: d },
    (_, i) => rows.reduce((sum, row) => sum + row[i]!, 0) / rows.length,
  );
  const deviations = means.map((mean, i) =>
    Math.sqrt(rows.reduce((sum, row) => sum + (row[i]! - mean) ** 2, 0) / rows.length),
  );
  return (row: readonly number[]) =>
    row.map((one, i) => (deviations[i]! > 1e-9 ? (one - means[i]!) / deviations[i]! : 0));
}

/** What guessing gives: always the class with the most gallery images. */
export function majorityAccuracy(gallery: readonly ClassedFacts[], queries: readonly ClassedFacts[]): number {
  const sizes = new Map<string, number>();
  for (const { class: name } of gallery) sizes.set(name, (sizes.get(name) ?? 0) + 1);
  const most = maxOf(sizes.values());
  const [largest] = [...sizes].find(([, size]) => size === most) ?? [];
  return queries.filter((one) => one.class === largest).length / queries.length;
}

/**
 * Queries of which the gallery has a near-duplicate: the correlation of their small copies, brightness and contrast aside, is at
 * least `threshold`.
 * @returns samples of such queries, ascending
 */
export function nearDuplicates(
  gallery: readonly ImageFacts[],
  queries: readonly ImageFacts[],
  threshold: number,
): number[] {
  const known = gallery.map(({ small }) => normalized(small));
  return queries
    .filter((query) => {
      const asked = normalized(query.small);
      return known.some((row, place) => {
        if (gallery[place]!.sample === query.sample) return false;
        let product = 0;
        for (let i = 0; i < row.length; i++) product += row[i]! * asked[i]!;
        return product >= threshold;
      });
    })
    .map(({ sample }) => sample)
    .sort((a, b) => a - b);
}

/** Mean taken off, length 1; an image of one color stays 0. */
function normalized(small: Uint8Array): Float32Array {
  const mean = small.reduce((sum, one) => sum + one, 0) / small.length;
  const row = Float32Array.from(small, (one) => one - mean);
  const length = Math.sqrt(row.reduce((sum, one) => sum + one * one, 0));
  return length < 1e-6 ? row.fill(0) : row.map((one) => one / length);
}

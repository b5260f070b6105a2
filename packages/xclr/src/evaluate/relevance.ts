// How relevant each gallery image is to a query: by a tree of classes, by columns that agree, or by a file.

import { z } from 'zod';
import type { Dataset, Filter } from '../data/types.js';
import { type ClassSquare, readPairs, taxonomyFor, treeSimilarities } from './class-square.js';
import { checkKey, chooseSamples, classOf } from './filter.js';

const weight = z.number().gt(0).max(1);

/** Settings: one of three sources. */
export const relevanceSchema = z.union([
  z.strictObject({
    /** Tree file: 1 for equal classes, less the higher the lowest common ancestor is, 0 where it is the root. */
    taxonomy: z.string(),
    column: z.string().default('label'),
  }),
  z.strictObject({
    /** From the coarsest to the finest: what an image is worth that agrees up to this column. */
    columns: z
      .record(z.string(), weight)
      .refine(
        (given) => Object.values(given).every((one, i, all) => i === 0 || one >= all[i - 1]!),
        'must grow from the coarsest column to the finest',
      )
      .refine((given) => Object.keys(given).length > 0, 'must name at least one column'),
  }),
  z.strictObject({
    /** CSV file of query,item,relevance, or a matrix. */
    file: z.string(),
    column: z.string().default('label'),
  }),
]);
export type RelevanceSettings = z.infer<typeof relevanceSchema>;

/** Relevance of the gallery. */
export interface Relevance {
  /** (g) of every gallery image to a sample; the next call overwrites it. */
  readonly of: (sample: number) => Float32Array;
  /** For definitions. */
  readonly described: string;
}

/** For a task's check. @throws {UserError} for columns that no image has, and files that do not fit the classes */
export function checkRelevance(
  data: Dataset,
  task: { readonly relevance: RelevanceSettings; readonly gallery: Filter; readonly queries: Filter },
  where: string,
): void {
  const { relevance } = task;
  if ('columns' in relevance) {
    for (const column of Object.keys(relevance.columns)) checkKey(data, column, `${where}, relevance`);
    return;
  }
  checkKey(data, relevance.column, `${where}, relevance`);
  const names = new Set<string>();
  for (const filter of [task.gallery, task.queries])
    for (const index of chooseSamples(data, filter, where)) {
      const name = classOf(data.samples[index]!, relevance.column);
      if (name !== null) names.add(name);
    }
  squareOf(relevance, [...names], where);
}

function squareOf(
  settings: Exclude<RelevanceSettings, { columns: unknown }>,
  names: readonly string[],
  where: string,
): ClassSquare {
  if ('taxonomy' in settings) return treeSimilarities(taxonomyFor(settings.taxonomy, where), names, where);
  return readPairs(settings.file, names, { value: 'relevance', otherwise: 0, equal: 1, where });
}

/** @param gallery samples of the gallery, in the order of its rows; @param queries samples that will be asked for */
export function relevanceOf(
  dataset: Dataset,
  gallery: Int32Array,
  queries: Int32Array,
  settings: RelevanceSettings,
  where: string,
): Relevance {
  return 'columns' in settings
    ? byColumns(dataset, gallery, settings.columns)
    : byClasses(dataset, gallery, queries, settings, where);
}

function byColumns(
  { samples }: Dataset,
  gallery: Int32Array,
  columns: Readonly<Record<string, number>>,
): Relevance {
  const row = new Float32Array(gallery.length);
  const weights = Float32Array.from(Object.values(columns));
  // (columns, g) codes; −1 for an empty cell, which agrees with none
  const coded = Object.keys(columns).map((column) => {
    const codes = new Map<string, number>();
    const places = gallery.map((sample) => {
      const value = classOf(samples[sample]!, column);
      if (value === null) return -1;
      if (!codes.has(value)) codes.set(value, codes.size);
      return codes.get(value)!;
    });
    return { column, codes, places };
  });
  return {
    of: (sample) => {
      const own = coded.map(({ column, codes }) => codes.get(classOf(samples[sample]!, column) ?? '') ?? -2);
      for (let place = 0; place < row.length; place++) {
        let level = 0;
        while (level < coded.length && coded[level]!.places[place] === own[level]) level++;
        row[place] = level === 0 ? 0 : weights[level - 1]!;
      }
      return row;
    },
    described: Object.entries(columns)
      .map(([column, worth], i) => `${worth} for the same ${i === 0 ? '' : '… and '}${column}`)
      .join(', '),
  };
}

function byClasses(
  { samples }: Dataset,
  gallery: Int32Array,
  queries: Int32Array,
  settings: Exclude<RelevanceSettings, { columns: unknown }>,
  where: string,
): Relevance {
  const row = new Float32Array(gallery.length);
  const names = new Map<string, number>();
  const codeOf = (sample: number) => {
    const value = classOf(samples[sample]!, settings.column);
    if (value === null) return -1;
    if (!names.has(value)) names.set(value, names.size);
    return names.get(value)!;
  };
  const places = gallery.map(codeOf);
  for (const sample of queries) codeOf(sample); // their classes may not be in the gallery
  const square = squareOf(settings, [...names.keys()], where);
  const size = names.size;
  return {
    of: (sample) => {
      const own = codeOf(sample);
      if (own < 0) return row.fill(0);
      for (let place = 0; place < row.length; place++)
        row[place] = places[place]! < 0 ? 0 : square[own * size + places[place]!]!;
      return row;
    },
    described:
      'taxonomy' in settings
        ? `1 for the same ${settings.column}, else 1 − height of the lowest common ancestor / height of the root in ${settings.taxonomy}`
        : `of the ${settings.column} by ${settings.file}`,
  };
}

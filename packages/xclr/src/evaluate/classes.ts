// Classes of gallery and queries as small integers, and which queries can be answered at all.

import type { Dataset, Filter, Sample } from '../data/types.js';
import { UserError } from '../util/errors.js';
import type { RowIndex } from './feature-set.js';
import { chooseSamples, classOf, describeFilter } from './filter.js';
import type { Predictions } from './predictions.js';

/** Rows, sample indices and classes of some samples, in the order of the samples. */
export interface ClassedRows {
  readonly rows: Int32Array;
  readonly samples: Int32Array;
  readonly classes: Int32Array;
}

export interface GalleryAndQueries {
  /** Names of the classes by code. */
  readonly names: readonly string[];
  readonly gallery: ClassedRows;
  readonly queries: ClassedRows;
  /** (q) classes that are right for each query, its own first. */
  readonly accepted: readonly (readonly number[])[];
  /** (q) each query's own place in the gallery, −1 where it is not there. */
  readonly own: Int32Array;
  readonly leftOut: Readonly<Record<string, number>>;
}

export interface ClassSettings {
  /** For messages: "knn task 'species'". */
  readonly where: string;
  /** 'label' or an attribute. */
  readonly key: string;
  readonly gallery: Filter;
  readonly queries: Filter;
  /** Values of the key that are right for a query; by default its own alone. None: the query is left out. */
  readonly accepts?: ((sample: Sample) => readonly string[]) | undefined;
}

/**
 * For a task's check, before anything is encoded.
 * @throws {UserError} where the gallery has one class alone: every answer would be right whatever the features
 */
export function checkGallery(data: Dataset, gallery: Filter, key: string, where: string): void {
  const classes = new Set<string>();
  for (const index of chooseSamples(data, gallery, `${where}, gallery`)) {
    const value = classOf(data.samples[index]!, key);
    if (value !== null) classes.add(value);
    if (classes.size > 1) return;
  }
  const [only] = classes;
  if (only === undefined) return; // another check names what is missing
  throw new UserError(
    `${where}: the gallery (${describeFilter(gallery)}) has one ${key} alone, "${only}": every answer would be right, whatever the features`,
    `Choose a gallery with images of at least two values of '${key}', or leave this task out.`,
  );
}

function keepWhere(set: ClassedRows, fits: (at: number) => boolean): ClassedRows {
  const kept = Int32Array.from(set.rows.keys()).filter(fits);
  const take = (from: Int32Array) => kept.map((at) => from[at]!);
  return { rows: take(set.rows), samples: take(set.samples), classes: take(set.classes) };
}

/**
 * Chooses a task's gallery and queries. Left out and counted: samples without features, samples without the key,
 * and queries whose class no other gallery image has, as nothing could answer them.
 * @throws UserError where no query is left
 */
export function galleryAndQueries(
  data: Dataset,
  rowIndex: RowIndex,
  settings: ClassSettings,
): GalleryAndQueries {
  const { where, key } = settings;
  const ownValue = (sample: Sample): readonly string[] => {
    const value = classOf(sample, key);
    return value === null ? [] : [value];
  };
  const accepts = settings.accepts ?? ownValue;
  const codes = new Map<string, number>();
  const leftOut: Record<string, number> = {};
  const codesOf = (values: readonly string[]) =>
    values.map((value) => {
      if (!codes.has(value)) codes.set(value, codes.size);
      return codes.get(value)!;
    });
  const load = (role: 'gallery' | 'queries'): ClassedRows => {
    const chosen = rowIndex.choose(chooseSamples(data, settings[role], `${where}, ${role}`));
    const values = role === 'gallery' ? ownValue : accepts;
    const classes = chosen.samples.map((sample) => codesOf(values(data.samples[sample]!))[0] ?? -1);
    const all = { rows: chosen.rows, samples: chosen.samples, classes };
    const kept = keepWhere(all, (at) => classes[at]! >= 0);
    leftOut[`${role} without features`] = chosen.missing;
    leftOut[`${role} without ${key}`] = all.rows.length - kept.rows.length;
    return kept;
  };
  const gallery = load('gallery');
  const asked = load('queries');
  const sizes = new Int32Array(codes.size);
  for (const code of gallery.classes) sizes[code]!++;
  const placeOf = new Map(Array.from(gallery.samples, (sample, place) => [sample, place]));
  const acceptedOf = (sample: number) => codesOf(accepts(data.samples[sample]!));
  const ownClass = (sample: number) => gallery.classes[placeOf.get(sample) ?? -1] ?? -1;
  const queries = keepWhere(asked, (at) => {
    const sample = asked.samples[at]!;
    // A query that is in the gallery itself does not count among the images that could answer it.
    return acceptedOf(sample).some((code) => (sizes[code] ?? 0) > (ownClass(sample) === code ? 1 : 0));
  });
  leftOut['queries without another gallery image of their class'] = asked.rows.length - queries.rows.length;
  if (queries.rows.length === 0) {
    throw new UserError(
      `${where}: no query can be answered: no gallery image (${describeFilter(settings.gallery)}) shares its ${key} with a query (${describeFilter(settings.queries)})`,
      `Choose filters whose images have common values of '${key}'.`,
    );
  }
  const own = queries.samples.map((sample) => placeOf.get(sample) ?? -1);
  const accepted = Array.from(queries.samples, acceptedOf);
  return {
    names: [...codes.keys()], // a Map keeps the order in which codes were given
    gallery,
    queries,
    accepted,
    own,
    leftOut: Object.fromEntries(Object.entries(leftOut).filter(([, count]) => count > 0)),
  };
}

/** A classifier's answers with what they are measured against. @param predicted (q) codes */
export function predictionsOf(key: string, sets: GalleryAndQueries, predicted: Int32Array): Predictions {
  const { names, gallery, queries, accepted } = sets;
  const gallerySizes = new Int32Array(names.length);
  for (const code of gallery.classes) gallerySizes[code]!++;
  return { key, names, gallerySizes, samples: queries.samples, accepted, predicted };
}

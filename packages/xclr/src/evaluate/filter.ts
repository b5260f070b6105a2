// Filters of evaluation tasks, strict: a key, a value or a combination that no sample has is an error.

import { sampleValue, selectSamples } from '../data/filter.js';
import type { Dataset, Filter, Sample } from '../data/types.js';
import { UserError } from '../util/errors.js';
import { nearestName } from '../util/nearest.js';

const SHOWN = 12;

/** A sample's split, label, id or attribute; null where it has none (an empty cell counts as none). */
export function classOf(sample: Sample, key: string): string | null {
  const value = sampleValue(sample, key);
  return value === undefined || value === '' ? null : value;
}

/** The keys besides the id that at least one sample has a value for. @internal */
export function knownKeys(data: Dataset): string[] {
  const keys = new Set<string>();
  for (const sample of data.samples) {
    for (const key of ['split', 'label', ...Object.keys(sample.attributes)]) {
      if (!keys.has(key) && classOf(sample, key) !== null) keys.add(key);
    }
  }
  return [...keys];
}

function knownValues(data: Dataset, key: string): Set<string> {
  const values = new Set<string>();
  for (const sample of data.samples) {
    const value = classOf(sample, key);
    if (value !== null) values.add(value);
  }
  return values;
}

function list(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  const more = names.length > SHOWN ? `, … (${names.length} in all)` : '';
  return names.slice(0, SHOWN).join(', ') + more;
}

function didYouMean(name: string, known: Iterable<string>): string | undefined {
  const near = nearestName(name, known);
  return near === undefined ? undefined : `Did you mean '${near}'?`;
}

/** Throws unless some sample has a value for `key`. */
export function checkKey(data: Dataset, key: string, where: string): void {
  const known = knownKeys(data);
  if (known.includes(key)) return;
  throw new UserError(
    `${where}: no sample of '${data.name}' has a value for '${key}'; there are: ${list(known)}`,
    didYouMean(key, known),
  );
}

function checkValues(data: Dataset, filter: Filter, where: string): void {
  for (const [key, wanted] of Object.entries(filter)) {
    if (key !== 'id') checkKey(data, key, where);
    const known = knownValues(data, key);
    for (const value of typeof wanted === 'string' ? [wanted] : wanted) {
      if (known.has(value)) continue;
      throw new UserError(
        `${where}: no sample of '${data.name}' has ${key} '${value}'; there are: ${list([...known].sort())}`,
        didYouMean(value, known),
      );
    }
  }
}

/** For messages and definitions: "split = test, style = noto | twemoji". */
export function describeFilter(filter: Filter): string {
  const parts = Object.entries(filter).map(
    ([key, value]) => `${key} = ${typeof value === 'string' ? value : value.join(' | ')}`,
  );
  return parts.length === 0 ? 'all samples' : parts.join(', ');
}

/**
 * Indices of the samples that match, ascending.
 * @param where names the setting in error messages, such as "knn task 'species', gallery"
 * @throws UserError for a key or value that no sample has, and where nothing matches
 */
export function chooseSamples(data: Dataset, filter: Filter, where: string): Int32Array {
  checkValues(data, filter, where);
  const chosen = selectSamples(data, filter);
  if (chosen.length > 0) return chosen;
  throw new UserError(
    `${where}: no sample of '${data.name}' matches ${describeFilter(filter)}`,
    'Widen the filter.',
  );
}

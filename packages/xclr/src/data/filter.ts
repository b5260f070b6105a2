// Choosing samples by split, label or attribute.

import { UserError } from '../util/errors.js';
import { nearestName } from '../util/nearest.js';
import { ownValue } from '../util/own-value.js';
import type { Dataset, Filter, Sample } from './types.js';

/** A sample's value under a filter key, or undefined when it has none. */
export function sampleValue(sample: Sample, key: string): string | undefined {
  if (key === 'split') return sample.split ?? undefined;
  if (key === 'label') return sample.label ?? undefined;
  if (key === 'id') return sample.id;
  return ownValue(sample.attributes, key);
}

function refuseUnknownKeys(dataset: Dataset, filter: Filter): void {
  const known = new Set(['split', 'label', 'id', ...Object.keys(dataset.samples[0]?.attributes ?? {})]);
  if (Object.keys(filter).every((key) => known.has(key))) return; // nearly always: a million samples are not looked at
  for (const sample of dataset.samples) for (const key of Object.keys(sample.attributes)) known.add(key);
  for (const key of Object.keys(filter)) {
    if (known.has(key)) continue;
    const near = nearestName(key, known);
    throw new UserError(
      `selectSamples: the data "${dataset.name}" has no "${key}"; it has ${[...known].join(', ')}`,
      near === undefined ? 'Filter by one of these.' : `Did you mean "${near}"?`,
    );
  }
}

/** Indices into dataset.samples, ascending, of the samples that pass. An unknown key is an error; an empty result is not. */
export function selectSamples(dataset: Dataset, filter: Filter = {}): Int32Array {
  refuseUnknownKeys(dataset, filter);
  const wanted = Object.entries(filter).map(
    ([key, values]) => [key, new Set(typeof values === 'string' ? [values] : values)] as const,
  );
  const indices: number[] = [];
  dataset.samples.forEach((sample, i) => {
    const passes = wanted.every(([key, values]) => {
      const value = sampleValue(sample, key);
      return value !== undefined && values.has(value);
    });
    if (passes) indices.push(i);
  });
  return Int32Array.from(indices);
}

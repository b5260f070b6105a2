// Small data sets and features for the evaluation's tests.

import { type Tensor, tensor } from '@xclr/torch';
import type { Dataset, Sample } from '../../src/data/types.js';
import type { CaptionSimilarity, FeatureSet } from '../../src/evaluate/types.js';
import { Random } from '../../src/util/random.js';

export function makeDataset(samples: readonly Partial<Sample>[]): Dataset {
  return {
    name: 'zoo',
    source: 'list',
    root: '/zoo',
    problems: [],
    fingerprint: '',
    samples: samples.map((sample, index) => ({
      id: `image-${index}`,
      image: { path: `/zoo/${index}.png` },
      captions: [`caption ${index}`],
      label: null,
      split: null,
      attributes: {},
      ...sample,
    })),
  };
}

/** (n, d) standard normal numbers, row-major. */
export function normals(n: number, d: number, ...key: number[]): number[][] {
  const random = new Random(...key);
  return Array.from({ length: n }, () => Array.from({ length: d }, () => random.normal()));
}

/** Rows divided by their length, in float64. */
export function unit(rows: readonly (readonly number[])[]): number[][] {
  return rows.map((row) => {
    const length = Math.hypot(...row);
    return row.map((value) => value / length);
  });
}

export function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

/** Features of samples 0 … n−1, unless other indices are given. The caller disposes `rows`. */
export function makeFeatures(rows: readonly (readonly number[])[], indices?: readonly number[]): FeatureSet {
  return { rows: tensor(unit(rows)), indices: Int32Array.from(indices ?? rows.keys()) };
}

/** Caption similarities from a square list. */
export function squareSimilarity(square: readonly (readonly number[])[]): CaptionSimilarity {
  return {
    similarities: (ids): Tensor => tensor(Array.from(ids, (i) => Array.from(ids, (j) => square[i]![j]!))),
  };
}

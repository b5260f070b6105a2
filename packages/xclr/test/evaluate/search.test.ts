// kNN and retrieval on tensors: scikit-learn's values, chunks, own images, and queries nothing can answer.

import { readFileSync } from 'node:fs';
import { tensor } from '@xclr/torch';
import { describe, expect, test } from 'vitest';
import { galleryAndQueries } from '../../src/evaluate/classes.js';
import { RowIndex } from '../../src/evaluate/feature-set.js';
import { knnCorrect } from '../../src/evaluate/knn.js';
import { recallAt, retrievalScores } from '../../src/evaluate/retrieval.js';
import { forEachSimilarityRow } from '../../src/evaluate/similarity-rows.js';
import { dot, makeDataset, makeFeatures, normals, unit } from './make.js';

interface SearchGolden {
  k: number;
  temperature: number;
  rows: number[][];
  labels: number[];
  gallery: number;
  predicted: number[];
  averagePrecision: number[];
}

const file = new URL('../goldens/evaluation.json', import.meta.url);
const goldens: { search: SearchGolden[] } = JSON.parse(readFileSync(file, 'utf8'));

test.each(goldens.search.map((golden) => [golden.k, golden] as const))(
  "equals scikit-learn's, k = %i",
  (k, golden) => {
    const data = makeDataset(
      golden.labels.map((label, i) => ({
        label: `class ${label}`,
        split: i < golden.gallery ? 'train' : 'test',
      })),
    );
    const features = makeFeatures(golden.rows);
    using rows = features.rows;
    const settings = {
      where: 'golden',
      key: 'label',
      gallery: { split: 'train' },
      queries: { split: 'test' },
    };
    const sets = galleryAndQueries(data, new RowIndex(features), settings);
    const { temperature } = golden;
    const correct = knnCorrect(rows, sets, { k, temperature, chunkElements: 1000 });
    const expected = golden.predicted.map((label, i) =>
      label === golden.labels[golden.gallery + i] ? 1 : 0,
    );
    expect([...correct]).toEqual(expected);
    const { averagePrecision } = retrievalScores(rows, sets);
    for (const [i, value] of golden.averagePrecision.entries())
      expect(averagePrecision[i]).toBeCloseTo(value, 9);
  },
);

test('similarities equal float64 dot products, whatever the chunks', () => {
  const list = unit(normals(23, 40, 5));
  using rows = tensor(list);
  const queries = Int32Array.from([3, 22, 0, 7, 7]);
  const gallery = Int32Array.from([1, 2, 3, 22, 5, 9, 10]);
  for (const chunkElements of [1, 15, 10_000]) {
    const seen: number[] = [];
    const progress: number[] = [];
    const visit = (row: Float32Array, query: number) => {
      seen.push(query);
      expect(row).toHaveLength(gallery.length);
      // float32 products of unit rows: |error| ≤ d · 2^−24 = 2.4e-6.
      for (const [g, sample] of gallery.entries()) {
        expect(Math.abs(row[g]! - dot(list[queries[query]!]!, list[sample]!))).toBeLessThan(3e-6);
      }
    };
    forEachSimilarityRow(rows, queries, gallery, visit, {
      chunkElements,
      onProgress: (done) => progress.push(done),
    });
    expect(seen).toEqual([0, 1, 2, 3, 4]);
    expect(progress.at(-1)).toBe(5);
  }
});

describe('gallery and queries', () => {
  const data = makeDataset([
    { label: 'cat', attributes: { role: 'gallery' } },
    { label: 'cat', attributes: { role: 'both' } },
    { label: 'dog', attributes: { role: 'both' } },
    { label: null, attributes: { role: 'gallery' } },
    { label: 'emu', attributes: { role: 'query' } },
    { label: 'cat', attributes: { role: 'query' } },
    { label: null, attributes: { role: 'query' } },
    { label: 'cat', attributes: { role: 'query' } },
  ]);
  const settings = {
    where: "knn task 'a'",
    key: 'label',
    gallery: { role: ['gallery', 'both'] },
    queries: { role: ['both', 'query'] },
  };

  test('leaves out and counts what cannot be answered, and knows each own place', () => {
    // Rows in another order than the samples; sample 7 has no features.
    const features = makeFeatures(normals(7, 4, 1), [6, 5, 4, 3, 2, 1, 0]);
    using _ = features.rows;
    const sets = galleryAndQueries(data, new RowIndex(features), settings);
    expect([...sets.gallery.samples]).toEqual([0, 1, 2]);
    expect([...sets.gallery.rows]).toEqual([6, 5, 4]);
    expect([...sets.queries.samples]).toEqual([1, 5]); // the dog is the only dog, the emu has no emu
    expect([...sets.own]).toEqual([1, -1]);
    expect(sets.leftOut).toEqual({
      'gallery without label': 1,
      'queries without features': 1,
      'queries without label': 1,
      'queries without another gallery image of their class': 2,
    });
  });

  test('no query left is an error that names both filters', () => {
    const features = makeFeatures(normals(8, 4, 1));
    using _ = features.rows;
    const query = { ...settings, gallery: { label: 'emu' }, queries: { label: 'dog' } };
    expect(() => galleryAndQueries(data, new RowIndex(features), query)).toThrow(
      "knn task 'a': no query can be answered: no gallery image (label = emu) shares its label with a query (label = dog)",
    );
  });
});

test('R@k, average precision and kNN by hand; a query never finds itself', () => {
  // Images on a circle: the nearer the angles, the more similar.
  const angles = [0, 10, 26, 41, 70].map((degrees) => (degrees * Math.PI) / 180);
  const data = makeDataset(['a', 'b', 'a', 'a', 'b'].map((label) => ({ label })));
  const features = makeFeatures(angles.map((angle) => [Math.cos(angle), Math.sin(angle)]));
  using rows = features.rows;
  const settings = { where: 'x', key: 'label', gallery: {}, queries: {} };
  const sets = galleryAndQueries(data, new RowIndex(features), settings);
  const scores = retrievalScores(rows, sets);
  // Orders: 0: 1 2 3 4, 1: 0 2 3 4, 2: 3 1 0 4, 3: 2 4 1 0, 4: 3 2 1 0.
  expect([...scores.firstRank]).toEqual([2, 4, 1, 1, 3]);
  const expected = [(1 / 2 + 2 / 3) / 2, 1 / 4, (1 + 2 / 3) / 2, (1 + 2 / 4) / 2, 1 / 3];
  for (const [query, value] of expected.entries())
    expect(scores.averagePrecision[query]).toBeCloseTo(value, 12);
  expect([...recallAt(scores, 1)]).toEqual([0, 0, 1, 1, 0]);
  expect([...recallAt(scores, 3)]).toEqual([1, 0, 1, 1, 1]);
  expect([...knnCorrect(rows, sets, { k: 1, temperature: 0.07 })]).toEqual([0, 0, 1, 1, 0]);
  // Two neighbors of equal class outvote nothing nearer: query 0 sees b (cos 10°) and a, a (cos 26°, cos 41°).
  // exp(.985 / 1) = 2.68 against exp(.899) + exp(.755) = 4.58.
  expect(knnCorrect(rows, sets, { k: 3, temperature: 1 })[0]).toBe(1);
  // At temperature 0.05 the votes are e^19.70 = 3.6e8 against e^17.98 + e^15.09 = 6.8e7.
  expect(knnCorrect(rows, sets, { k: 3, temperature: 0.05 })[0]).toBe(0);
});

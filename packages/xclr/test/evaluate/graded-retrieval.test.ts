// Graded retrieval: NDCG and H-AP by hand and by their definitions, relevance from columns, a tree and a file, and what is hidden.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { measureTasks } from '../../src/evaluate/evaluate.js';
import { hierarchicalPrecision, ndcgAt, rankedPlaces } from '../../src/evaluate/graded-relevance.js';
import { averagePrecision, relevantRanks } from '../../src/evaluate/ranks.js';
import { checkTasks, parseTasks } from '../../src/evaluate/tasks.js';
import { Random } from '../../src/util/random.js';
import { put, temporaryFolder } from '../data/make.js';
import { makeDataset, makeFeatures } from './make.js';

const order = (...places: number[]) => Uint32Array.from(places);

describe('NDCG', () => {
  it('is what is worked out by hand', () => {
    // Relevances in the order found: 0.5, 0, 1. Best: 1, 0.5.
    const relevance = Float32Array.from([1, 0, 0.5]);
    const found = 0.5 + 0 + 1 / Math.log2(4);
    const best = 1 + 0.5 / Math.log2(3);
    expect(ndcgAt(relevance, order(2, 1, 0), 3)).toBeCloseTo(found / best, 12);
    expect(ndcgAt(relevance, order(0, 2, 1), 3)).toBe(1);
    expect(ndcgAt(relevance, order(2, 0, 1), 1)).toBe(0.5);
    expect(ndcgAt(relevance, order(2, 0, 1), 100)).toBeCloseTo((0.5 + 1 / Math.log2(3)) / best, 12);
    expect(ndcgAt(new Float32Array(3), order(0, 1, 2), 3)).toBeNaN();
  });
});

/** H-AP from its formula, by a double loop. */
function hapByDefinition(relevance: Float32Array, ranked: Uint32Array): number {
  let [sum, total] = [0, 0];
  for (let i = 0; i < ranked.length; i++) {
    const own = relevance[ranked[i]!]!;
    if (own === 0) continue;
    let hrank = own;
    for (let j = 0; j < i; j++) hrank += Math.min(own, relevance[ranked[j]!]!);
    sum += hrank / (i + 1);
    total += own;
  }
  return sum / total;
}

describe('hierarchical average precision', () => {
  it('is what is worked out by hand', () => {
    // Ranks: 0.5, 0, 1 → (0.5/1 + (1 + 0.5)/3) / 1.5
    expect(hierarchicalPrecision(Float32Array.from([1, 0, 0.5]), order(2, 1, 0))).toBeCloseTo(1 / 1.5, 12);
    expect(hierarchicalPrecision(Float32Array.from([1, 0, 0.5]), order(0, 2, 1))).toBe(1);
    expect(hierarchicalPrecision(new Float32Array(2), order(0, 1))).toBeNaN();
  });

  it('follows its definition, and is average precision where relevance is 0 or 1', () => {
    const random = new Random(11, 5);
    for (let round = 0; round < 20; round++) {
      const row = Float32Array.from({ length: 60 }, () => Math.round(8 * random.normal()) / 8); // with ties
      const graded = Float32Array.from(row, () => [0, 0, 1 / 3, 2 / 3, 1][Math.floor(5 * random.uniform())]!);
      const ranked = rankedPlaces(row);
      expect(hierarchicalPrecision(graded, ranked)).toBeCloseTo(hapByDefinition(graded, ranked), 12);
      const binary = Float32Array.from(graded, (one) => (one > 0.5 ? 1 : 0));
      const plain = averagePrecision(relevantRanks(row, Int32Array.from(binary), 1));
      expect(hierarchicalPrecision(binary, ranked)).toBeCloseTo(plain, 12);
    }
  });

  it('ranks equal similarities by their places, −Infinity last', () => {
    expect([...rankedPlaces(Float32Array.from([0.5, -Infinity, 0.5, 1, -0.2]))]).toEqual([3, 0, 2, 4, 1]);
  });
});

const products = [
  { type: 'shirt', color: 'blue', product: 'a' }, // the query
  { type: 'shirt', color: 'blue', product: 'a' },
  { type: 'shirt', color: 'blue', product: 'b' },
  { type: 'shirt', color: 'red', product: 'c' },
  { type: 'shoe', color: 'blue', product: 'd' },
  { type: 'shirt', color: '', product: 'e' },
];
/** Similarities to the query: 1, .9, .8, .6, .7, .5 */
const angles = [0, 0.2, 0.4, 0.8, 0.6, 1];
const rows = angles.map((angle) => [Math.cos(angle), Math.sin(angle)]);
const columns = { type: 0.25, color: 0.5, product: 1 };

function measured(task: Record<string, unknown>) {
  const samples = products.map((attributes) => ({ attributes, label: attributes.type }));
  const dataset = makeDataset(samples);
  const features = makeFeatures(rows);
  using _ = features.rows;
  const tasks = parseTasks([
    { metric: 'graded-retrieval', name: 'shop', queries: { id: 'image-0' }, ...task },
  ]);
  return measureTasks({ features, dataset, tasks }).metrics;
}

describe('the task graded-retrieval', () => {
  it('counts what agrees from the coarsest column to the finest', () => {
    // In the order of similarity: 1 (same product), .5 (same color), 0 (a shoe), .25 (red), .25 (no color)
    const metrics = measured({ relevance: { columns }, at: [2, 3] });
    expect(metrics.relevance2_shop!.value).toBeCloseTo(0.75, 10);
    expect(metrics.relevance3_shop!.value).toBeCloseTo(0.5, 10);
    expect(metrics.relevance3_shop!.curve).toEqual({ x: [1, 2, 3, 4, 5, 6], y: [1, 0.5, 0, 0.25, 0.25, 0] });
    expect(metrics.ndcg2_shop!.value).toBe(1);
    expect(metrics.hap_shop!.value).toBeCloseTo((1 + (0.5 * 2) / 2 + (0.25 * 3) / 4 + (0.25 * 4) / 5) / 2, 6); // float32 relevances
    expect(metrics.hap_shop!.definition).toMatch(/0.25 for the same type, 0.5 for the same … and color/);
  });

  it('hides the exact item', () => {
    const metrics = measured({ relevance: { columns }, at: [1, 2], hide: 'product' });
    expect(metrics.relevance1_shop!.value).toBe(0.5);
    expect(metrics.relevance2_shop!.value).toBe(0.25);
    expect(metrics.relevance1_shop!.definition).toMatch(/Images that share the query's product are hidden/);
  });

  it('takes a tree or a file', () => {
    const folder = temporaryFolder();
    const taxonomy = put(join(folder, 'tree.txt'), 'thing\n  worn\n    shirt\n    shoe\n');
    const byTree = measured({ relevance: { taxonomy }, at: [3] });
    expect(byTree.relevance3_shop!.value).toBeCloseTo((1 + 1 + 0.5) / 3, 10); // the shoe is third
    const file = put(join(folder, 'pairs.csv'), 'query,item,relevance\nblue,red,0.4\n');
    const byFile = measured({ relevance: { file, column: 'color' }, at: [5] });
    expect(byFile.relevance5_shop!.value).toBeCloseTo((1 + 1 + 1 + 0.4 + 0) / 5, 6);
  });

  it('counts queries to which nothing is relevant, and refuses what cannot be measured', () => {
    const alone = measured({ queries: {}, relevance: { columns: { product: 1 } } });
    expect(alone.hap_shop).toMatchObject({
      n: 2,
      leftOut: { 'queries without a relevant gallery image': 4 },
    });
    expect(() => measured({ relevance: { columns: { product: 1 } }, hide: 'product' })).toThrow(
      /no query has a relevant image in the gallery/,
    );
    expect(() =>
      parseTasks([{ metric: 'graded-retrieval', name: 'x', relevance: { columns: { a: 1, b: 0.5 } } }]),
    ).toThrow(/must grow from the coarsest column to the finest/);
    const tasks = parseTasks([
      { metric: 'graded-retrieval', name: 'x', relevance: { columns: { kind: 1 } } },
    ]);
    const dataset = makeDataset(products.map((attributes) => ({ attributes })));
    expect(() => checkTasks(dataset, tasks)).toThrow(/relevance: no sample of 'zoo' has a value for 'kind'/);
  });
});

// The graph tools against graphs whose every similarity is known.

import { describe, expect, it } from 'vitest';
import { batchTargets } from '../../src/graph/index.js';
import { matrixGraph } from '../../src/graph/matrix-graph.js';
import { identityGraph } from '../../src/graph/same-graph.js';
import { compareGraphs } from '../../src/graph-tools/compare.js';
import { levelsOf } from '../../src/graph-tools/levels.js';
import { neighborhood } from '../../src/graph-tools/neighbors.js';
import { overviewOf } from '../../src/graph-tools/overview.js';
import { pairsOf, sampledSquare } from '../../src/graph-tools/pairs.js';

/** Samples on a line: similarity 1 − |i − j| / n. */
function line(n: number, targetTemperature = 0.1) {
  const values = Float32Array.from(
    { length: n * n },
    (_, at) => 1 - Math.abs(Math.floor(at / n) - (at % n)) / n,
  );
  return matrixGraph({ values, rows: n, columns: n }, n, { targetTemperature });
}

const range = (n: number) => Int32Array.from({ length: n }, (_, i) => i);
const key = String;

describe('sampledSquare', () => {
  it('gives the similarities of the samples it names, each pair once', () => {
    using graph = line(10);
    const square = sampledSquare(graph, Int32Array.of(1, 4, 9), { count: 5, seed: 0 });
    const pairs = [...pairsOf(square)];
    expect(pairs).toHaveLength(3);
    for (const { a, b, similarity } of pairs) expect(similarity).toBeCloseTo(1 - Math.abs(a - b) / 10, 6);
    expect(sampledSquare(graph, range(10), { count: 4, seed: 1 }).samples).toHaveLength(4);
  });
});

describe('overviewOf', () => {
  it('has the mean, the quantiles and a histogram of all pairs', () => {
    using graph = line(5);
    const overview = overviewOf(sampledSquare(graph, range(5), { count: 5, seed: 0 }), 5);
    // Distances 1 (4 pairs), 2 (3), 3 (2), 4 (1): similarities .8, .6, .4, .2.
    expect(overview.pairs).toBe(10);
    expect(overview.mean).toBeCloseTo((4 * 0.8 + 3 * 0.6 + 2 * 0.4 + 0.2) / 10, 6);
    expect(overview.histogram.counts.reduce((a, b) => a + b)).toBe(10);
    expect(overview.quantiles[2]).toBeCloseTo(0.6, 6);
  });
});

describe('batchTargets', () => {
  it('is one effective positive where only the other view is similar', () => {
    using graph = identityGraph(8);
    const targets = batchTargets(graph, range(8), { batch: 8, seed: 0 });
    expect(targets.positiveMass).toBeCloseTo(1, 6);
    expect(targets.effectivePositives).toBeCloseTo(1, 5);
  });

  it('is every other view where all are similar', () => {
    const values = new Float32Array(36).fill(1);
    using graph = matrixGraph({ values, rows: 6, columns: 6 }, 6);
    const targets = batchTargets(graph, range(6), { batch: 6, seed: 0 });
    expect(targets.effectivePositives).toBeCloseTo(11, 3);
    expect(targets.positiveMass).toBeCloseTo(1 / 11, 5);
  });
});

describe('levelsOf', () => {
  it('sorts pairs into tenths, and shows each of a level as often as any other', () => {
    using graph = line(20);
    const square = sampledSquare(graph, range(20), { count: 20, seed: 0 });
    const levels = levelsOf(square, { each: 3, seed: 0, same: () => false });
    expect(levels.reduce((sum, { count }) => sum + count, 0)).toBe(190);
    expect(levels[0]!.from).toBe(0.9);
    for (const { from, to, pairs } of levels) {
      expect(pairs.length).toBeLessThanOrEqual(3);
      for (const { similarity } of pairs) {
        expect(similarity).toBeGreaterThan(from - 1e-5);
        expect(similarity).toBeLessThan(to + 1e-5);
      }
    }
    const shown = new Map<string, number>();
    for (let seed = 0; seed < 400; seed++) {
      const { pairs } = levelsOf(square, { each: 1, seed, same: () => false })[0]!;
      const name = `${pairs[0]!.a}-${pairs[0]!.b}`;
      shown.set(name, (shown.get(name) ?? 0) + 1);
    }
    // 37 pairs have a similarity of 0.9 or more, so each is expected 10.8 times of 400.
    expect(shown.size).toBeGreaterThan(33);
    expect(Math.max(...shown.values())).toBeLessThan(30);
  });

  it('counts pairs of one caption and does not show them', () => {
    using graph = line(4);
    const square = sampledSquare(graph, range(4), { count: 4, seed: 0 });
    const levels = levelsOf(square, { each: 3, seed: 0, same: () => true });
    expect(levels.reduce((sum, { count }) => sum + count, 0)).toBe(6);
    expect(levels.flatMap(({ pairs }) => pairs)).toEqual([]);
  });
});

describe('neighborhood', () => {
  it('finds the nearest and the farthest, one a caption', () => {
    using graph = line(10);
    const found = neighborhood(graph, 0, range(10), { k: 2, key });
    expect(found.nearest.map(({ b }) => b)).toEqual([1, 2]);
    expect(found.farthest.map(({ b }) => b)).toEqual([9, 8]);
    expect(found.nearest[0]!.similarity).toBeCloseTo(0.9, 6);
    const pairs = neighborhood(graph, 0, range(10), { k: 2, key: (i) => String(Math.floor(i / 2)) });
    expect(pairs.nearest.map(({ b }) => b)).toEqual([2, 4]);
  });
});

describe('compareGraphs', () => {
  const options = { count: 12, seed: 0, examples: 2, key };

  it('agrees fully with itself, on any scale', () => {
    using first = line(12);
    using second = line(12);
    const { rankCorrelation, pairs, moreInFirst } = compareGraphs(first, second, range(12), options);
    expect(rankCorrelation).toBeCloseTo(1, 6);
    expect(pairs).toBe(66);
    expect(moreInFirst).toEqual([]);
  });

  it('shows where they disagree', () => {
    const n = 12;
    const values = Float32Array.from({ length: n * n }, (_, at) => {
      const [i, j] = [Math.floor(at / n), at % n];
      if (i + j === 11 && i * j === 0) return 0.99; // 0 and 11: the ends meet
      return 1 - Math.abs(i - j) / n;
    });
    using first = line(n);
    using second = matrixGraph({ values, rows: n, columns: n }, n);
    const { moreInSecond, rankCorrelation } = compareGraphs(first, second, range(n), options);
    expect(rankCorrelation).toBeLessThan(1);
    const { a, b, firstRank, secondRank } = moreInSecond[0]!;
    expect([a, b].sort((x, y) => x - y)).toEqual([0, 11]);
    expect(firstRank).toBe(0);
    expect(secondRank).toBe(1);
  });
});

// Neighbors, votes, ranks and correlations on small cases worked by hand, on brute force, and on SciPy's values.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { nearest, vote } from '../../src/evaluate/nearest-rows.js';
import { averagePrecision, averageRanks, relevantRanks, spearman } from '../../src/evaluate/ranks.js';
import { Random } from '../../src/util/random.js';

const f32 = (...values: number[]) => Float32Array.from(values);
const i32 = (...values: number[]) => Int32Array.from(values);

/** Positions by similarity, ties by position: the definition. */
function order(row: Float32Array, own: number): number[] {
  return [...row.keys()].filter((i) => i !== own).sort((a, b) => row[b]! - row[a]! || a - b);
}

describe('nearest', () => {
  test('orders by similarity, then position, and passes the own image over', () => {
    const row = f32(0.5, 0.9, 0.5, 1, 0.5);
    expect([...nearest(row, 3).positions]).toEqual([3, 1, 0]);
    expect([...nearest(row, 3, 3).positions]).toEqual([1, 0, 2]);
    expect([...nearest(row, 9, 3).positions]).toEqual([1, 0, 2, 4]);
    expect(nearest(f32(0.3), 5, 0).positions).toHaveLength(0);
  });

  test('equals sorting, with many ties', () => {
    const random = new Random(1);
    for (let round = 0; round < 200; round++) {
      const row = Float32Array.from({ length: 1 + random.below(40) }, () => random.below(8) / 8 - 0.5);
      const own = random.below(row.length + 1) - 1;
      const k = 1 + random.below(45);
      expect([...nearest(row, k, own).positions]).toEqual(order(row, own).slice(0, k));
    }
  });
});

describe('vote', () => {
  const voted = (similarities: number[], classes: Int32Array, temperature: number) =>
    vote(nearest(f32(...similarities), similarities.length), classes, temperature);

  test('weighs votes by exp(similarity / temperature)', () => {
    // Class 0: e^9 = 8103; class 1: e^8 + e^7 + e^7 = 2981 + 2 · 1097 = 5174.
    expect(voted([0.9, 0.8, 0.7, 0.7], i32(0, 1, 1, 1), 0.1)).toBe(0);
    // Class 0: e^0.9 = 2.46; class 1: e^0.8 + 2 e^0.7 = 6.25.
    expect(voted([0.9, 0.8, 0.7, 0.7], i32(0, 1, 1, 1), 1)).toBe(1);
  });

  test('equal votes go to the class that comes first', () => {
    expect(voted([0.5, 0.5], i32(7, 3), 0.07)).toBe(7);
    expect(voted([0.5, 0.9, 0.9, 0.5], i32(4, 6, 4, 6), 0.07)).toBe(6);
  });

  test('a tiny temperature does not overflow', () => {
    expect(voted([0.9, 0.99, -0.5], i32(0, 1, 0), 1e-5)).toBe(1);
  });
});

describe('relevantRanks and averagePrecision', () => {
  test('a case by hand', () => {
    // Order: 3 (.9), 0 (.8), 4 (.7), 1 (.6), 2 (.5); relevant are 0, 1 and 4 → ranks 2, 3, 4.
    const ranks = relevantRanks(f32(0.8, 0.6, 0.5, 0.9, 0.7), i32(1, 1, 0, 0, 1), 1);
    expect([...ranks]).toEqual([2, 3, 4]);
    expect(averagePrecision(ranks)).toBeCloseTo((1 / 2 + 2 / 3 + 3 / 4) / 3, 12);
    // The same with the query itself at position 3: everything moves up.
    expect([...relevantRanks(f32(0.8, 0.6, 0.5, 0.9, 0.7), i32(1, 1, 0, 1, 1), 1, 3)]).toEqual([1, 2, 3]);
    expect(averagePrecision(i32(1, 2, 3))).toBe(1);
  });

  test('equals sorting, with many ties', () => {
    const random = new Random(2);
    for (let round = 0; round < 200; round++) {
      const row = Float32Array.from({ length: 2 + random.below(40) }, () => random.below(6) / 6);
      const classes = Int32Array.from(row, () => random.below(3));
      const own = random.below(row.length + 1) - 1;
      const ranks = order(row, own).flatMap((position, at) => (classes[position] === 1 ? [at + 1] : []));
      expect([...relevantRanks(row, classes, 1, own)]).toEqual(ranks);
    }
  });
});

interface SpearmanGolden {
  x: number[];
  y: number[];
  rho: number;
}

describe('spearman', () => {
  test('equal values share the mean of their ranks', () => {
    expect([...averageRanks(f32(10, 20, 20, 5, 20))]).toEqual([2, 4, 4, 1, 4]);
    expect([...averageRanks(f32(0, -0, -1e-30, 1e30, -7, Number.NEGATIVE_INFINITY, 3))]).toEqual([
      4.5, 4.5, 3, 7, 2, 1, 6,
    ]);
    expect(averageRanks(f32())).toHaveLength(0);
  });

  test('ranks equal counting, with ties and without', () => {
    const random = new Random(3);
    for (const levels of [5, 1e9]) {
      const values = Float32Array.from({ length: 300 }, () => random.below(levels) - levels / 2);
      const counted = [...values].map((value) => {
        const below = values.filter((other) => other < value).length;
        return below + (values.filter((other) => other === value).length + 1) / 2;
      });
      expect([...averageRanks(values)]).toEqual(counted);
    }
  });

  test('cases by hand', () => {
    expect(spearman(f32(1, 2, 3), f32(10, 30, 99))).toBeCloseTo(1, 12);
    expect(spearman(f32(1, 2, 3), f32(3, 2, 1))).toBeCloseTo(-1, 12);
    // Ranks 1, 2, 3, 4 and 1, 2.5, 2.5, 4: covariance 4.5, variances 5 and 4.5.
    expect(spearman(f32(1, 2, 3, 4), f32(0, 1, 1, 2))).toBeCloseTo(4.5 / Math.sqrt(5 * 4.5), 12);
    expect(spearman(f32(1, 2, 3), f32(5, 5, 5))).toBeNaN();
    expect(() => spearman(f32(1), f32(1, 2))).toThrow('equally long');
  });

  test("equals SciPy's", () => {
    const file = new URL('../goldens/evaluation.json', import.meta.url);
    const goldens: { spearman: SpearmanGolden[] } = JSON.parse(readFileSync(file, 'utf8'));
    for (const { x, y, rho } of goldens.spearman) {
      expect(spearman(Float32Array.from(x), Float32Array.from(y))).toBeCloseTo(rho, 12);
    }
    expect(goldens.spearman).toHaveLength(3);
  });
});

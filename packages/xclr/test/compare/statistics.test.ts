// Crossed resampling of seeds and units, against what is known of it; Holm by hand.
import { describe, expect, it } from 'vitest';
import { holm, TaskStatistics } from '../../src/compare/statistics.js';
import type { Units } from '../../src/evaluate/types.js';
import { Random } from '../../src/util/random.js';

function units(values: readonly number[]): Units {
  return {
    estimate: values.reduce((sum, one) => sum + one, 0) / values.length,
    keys: Int32Array.from(values.keys()),
    numerators: Float64Array.from(values),
    denominators: new Float64Array(values.length).fill(1),
  };
}

/** 0 or 1 for each of n queries, by the chance of being right. */
const drawn = (n: number, chance: number, seed: number) => {
  const random = new Random(seed);
  return units(Array.from({ length: n }, () => (random.uniform() < chance ? 1 : 0)));
};

describe('TaskStatistics', () => {
  it('gives the mean over seeds, in an interval as wide as theory has it', () => {
    const n = 2000;
    const statistics = new TaskStatistics(new Map([['a', [drawn(n, 0.3, 1)]]]));
    const { mean, low, high } = statistics.estimate('a');
    const se = Math.sqrt((mean * (1 - mean)) / n);
    expect((high - low) / (2 * 1.96 * se)).toBeGreaterThan(0.9);
    expect((high - low) / (2 * 1.96 * se)).toBeLessThan(1.1);
    expect(mean).toBeCloseTo(0.3, 1);
  });

  it('widens with the spread between seeds', () => {
    const n = 4000;
    const narrow = new TaskStatistics(new Map([['a', [0.3, 0.3, 0.3].map((p, i) => drawn(n, p, i))]]));
    const wide = new TaskStatistics(new Map([['a', [0.2, 0.3, 0.4].map((p, i) => drawn(n, p, i))]]));
    const width = ({ low, high }: { low: number; high: number }) => high - low;
    expect(width(wide.estimate('a'))).toBeGreaterThan(3 * width(narrow.estimate('a')));
  });

  it('tells a paired difference that unpaired intervals would not', () => {
    const hard = Array.from({ length: 400 }, (_, i) => (i % 2 === 0 ? 1 : 0));
    const better = hard.map((one, i) => (i % 40 === 1 ? 1 : one)); // ten more queries right
    const statistics = new TaskStatistics(
      new Map([
        ['a', [units(better)]],
        ['b', [units(hard)]],
      ]),
    );
    const [a, b] = [statistics.estimate('a'), statistics.estimate('b')];
    expect(a.low).toBeLessThan(b.high);
    const { mean, low, p } = statistics.difference('a', 'b');
    expect(mean).toBeCloseTo(10 / 400, 6);
    expect(low).toBeGreaterThan(0);
    expect(p).toBeLessThan(0.01);
  });

  it('calls equal methods different about as rarely as it says', () => {
    let called = 0;
    for (let trial = 0; trial < 100; trial++) {
      const statistics = new TaskStatistics(
        new Map([
          ['a', [drawn(200, 0.5, 1000 + trial)]],
          ['b', [drawn(200, 0.5, 5000 + trial)]],
        ]),
        { resamples: 300 },
      );
      if (statistics.difference('a', 'b').p <= 0.05) called++;
    }
    expect(called).toBeLessThanOrEqual(12); // 5 expected; above 12 has a chance of 0.2 %
  });

  it('refuses methods that were measured on other queries', () => {
    const other = { ...units([1, 0, 1]), keys: Int32Array.of(4, 5, 6) };
    expect(
      () =>
        new TaskStatistics(
          new Map([
            ['a', [units([1, 0, 1])]],
            ['b', [other]],
          ]),
        ),
    ).toThrow(/other queries/);
  });
});

describe('holm', () => {
  it('is the step-down adjustment', () => {
    const adjusted = holm([0.01, 0.04, 0.03]);
    [0.03, 0.06, 0.06].forEach((expected, i) => {
      expect(adjusted[i]).toBeCloseTo(expected, 10);
    });
    expect(holm([0.6, 0.9])).toEqual([1, 1]);
  });
});

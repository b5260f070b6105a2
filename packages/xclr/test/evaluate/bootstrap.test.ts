// Bootstrap intervals against theory and their repeatability.

import { describe, expect, test } from 'vitest';
import { bootstrapRatio } from '../../src/evaluate/bootstrap.js';
import type { Units } from '../../src/evaluate/types.js';
import { Random } from '../../src/util/random.js';

function unitsOf(values: readonly number[]): Units {
  const estimate = values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    estimate,
    keys: Int32Array.from(values.keys()),
    numerators: Float64Array.from(values),
    denominators: new Float64Array(values.length).fill(1),
  };
}

const coins = (n: number, chance: number, ...key: number[]) => {
  const random = new Random(...key);
  return Array.from({ length: n }, () => Number(random.chance(chance)));
};

describe('bootstrapRatio', () => {
  test('the interval of a fraction is about ±1.96 √(p(1−p)/n)', () => {
    const units = unitsOf(coins(2000, 0.3, 1));
    const { low, high } = bootstrapRatio(units, { resamples: 4000 })!;
    const half = 1.96 * Math.sqrt((units.estimate * (1 - units.estimate)) / 2000);
    expect((high - low) / 2 / half).toBeGreaterThan(0.93);
    expect((high - low) / 2 / half).toBeLessThan(1.07);
    expect((low + high) / 2).toBeCloseTo(units.estimate, 2);
  });

  test('covers the truth about 19 times in 20', () => {
    let covered = 0;
    for (let trial = 0; trial < 300; trial++) {
      const { low, high } = bootstrapRatio(unitsOf(coins(150, 0.4, 2, trial)), {
        seed: trial,
        resamples: 400,
      })!;
      if (low <= 0.4 && 0.4 <= high) covered++;
    }
    expect(covered).toBeGreaterThan(273); // 300 · 0.95 − 3 standard deviations, less a little for n = 150
  });

  test('units of unequal weight are resampled whole', () => {
    const units: Units = {
      estimate: 0.5,
      keys: Int32Array.of(0, 1),
      numerators: Float64Array.of(10, 0),
      denominators: Float64Array.of(10, 10),
    };
    expect(bootstrapRatio(units)).toEqual({ low: 0, high: 1 });
  });

  test('is fixed by the seed, and shifted to the estimate', () => {
    const units = unitsOf(coins(100, 0.5, 3));
    const first = bootstrapRatio(units, { seed: 4 })!;
    expect(bootstrapRatio(units, { seed: 4 })).toEqual(first);
    expect(bootstrapRatio(units, { seed: 5 })).not.toEqual(first);
    const shifted = bootstrapRatio({ ...units, estimate: units.estimate + 1 }, { seed: 4 })!;
    expect(shifted.low).toBeCloseTo(first.low + 1, 12);
    expect(shifted.high).toBeCloseTo(first.high + 1, 12);
  });

  test('stays where the metric can be, which pseudo-values need not', () => {
    // Four concepts, ρ = .44: their pseudo-values give −0.74 to 1.62 otherwise.
    const few = unitsOf([-1.5, 0.3, 0.9, 2.06]);
    const free = bootstrapRatio(few)!;
    expect(free.high).toBeGreaterThan(1);
    const { low, high } = bootstrapRatio({ ...few, range: [-1, 1] })!;
    expect(low).toBe(Math.max(-1, free.low));
    expect(high).toBe(1);
  });

  test('a metric that is undefined without one unit has no interval', () => {
    expect(bootstrapRatio(unitsOf([0.5, Number.NaN, 0.2]))).toBeNull();
  });

  test('one unit and undefined metrics have no interval', () => {
    expect(bootstrapRatio(unitsOf([1]))).toBeNull();
    expect(bootstrapRatio({ ...unitsOf([1, 0]), estimate: Number.NaN })).toBeNull();
    const empty = { ...unitsOf([0, 0]), denominators: new Float64Array(2), estimate: Number.NaN };
    expect(bootstrapRatio(empty)).toBeNull();
  });
});

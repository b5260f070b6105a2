import { describe, expect, it } from 'vitest';
import { rangeOf, spread } from '../../src/report/charts/spread.js';

describe('spread', () => {
  it('leaves what is far enough apart where it is', () => {
    expect(spread([5, 1, 9], 2, [0, 10])).toEqual([5, 1, 9]);
  });

  it('moves what is too near apart, in order, within the range', () => {
    expect(spread([10, 10, 9.5], 1, [0, 10])).toEqual([9, 10, 8]);
    expect(spread([0, 0, 0.5], 1, [0, 10])).toEqual([0, 1, 2]);
    const places = spread([3, 3.1, 3.2, 7, 9.9, 10], 1, [0, 10]).toSorted((a, b) => a - b);
    for (let i = 1; i < places.length; i++)
      expect(places[i]! - places[i - 1]!).toBeGreaterThanOrEqual(1 - 1e-9);
    expect(places[0]).toBeGreaterThanOrEqual(0);
    expect(places.at(-1)).toBeLessThanOrEqual(10);
  });

  it('divides the range evenly where not all fit', () => {
    expect(spread([5, 5, 5], 100, [0, 10])).toEqual([0, 5, 10]);
    expect(spread([3], 100, [0, 10])).toEqual([3]);
    expect(spread([], 1, [0, 10])).toEqual([]);
  });
});

it('rangeOf is a little wider than the values, and never empty', () => {
  expect(rangeOf([2, 1])).toEqual([0.95, 2.05]);
  expect(rangeOf([1, 1])).toEqual([0.99, 1.01]);
});

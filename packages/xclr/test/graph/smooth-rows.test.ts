// Hierarchy smoothing against its formula.
import { describe, expect, it } from 'vitest';
import { rowChoices } from '../../src/graph/drawn-rows.js';
import { smoothRows } from '../../src/graph/smooth-rows.js';

const unit = (row: readonly number[]) => row.map((value) => value / Math.hypot(...row));
const vectors = [unit([1, 0, 0]), unit([1, 1, 0]), unit([0, 0, 1])];
const rows = { vectors: Float32Array.from(vectors.flat()), dimensions: 3, rowOf: Int32Array.of(0, 1, 2, 0) };
const row = ({ vectors: all, rowOf }: ReturnType<typeof smoothRows>, sample: number) =>
  Array.from(all.subarray(3 * rowOf[sample]!, 3 * rowOf[sample]! + 3));

function expectRow(found: readonly number[], expected: readonly number[]): void {
  found.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i]!, 6);
  });
}

describe('smoothRows', () => {
  it('adds the means of the training vectors of each level, and makes rows unit again', () => {
    const smoothed = smoothRows(rows, Int32Array.of(0, 1), [
      { cells: ['cat', 'cat', 'car', 'car'], weight: 0.5 },
      { cells: ['all', 'all', 'all', 'all'], weight: 0.25 },
    ]);
    const mean = [0, 1, 2].map((i) => (vectors[0]![i]! + vectors[1]![i]!) / 2);
    expectRow(row(smoothed, 0), unit(vectors[0]!.map((value, i) => value + 0.75 * mean[i]!)));
    // No training sample is a car: only the level above draws.
    expectRow(row(smoothed, 2), unit(vectors[2]!.map((value, i) => value + 0.25 * mean[i]!)));
  });

  it('gives samples of one caption rows of their own where their groups differ', () => {
    const smoothed = smoothRows(rows, Int32Array.of(0, 1, 2, 3), [
      { cells: ['a', 'a', 'b', 'b'], weight: 1 },
    ]);
    expect(smoothed.rowOf[0]).not.toBe(smoothed.rowOf[3]);
    const mean = [0, 1, 2].map((i) => (vectors[2]![i]! + vectors[0]![i]!) / 2);
    expectRow(row(smoothed, 3), unit(vectors[0]!.map((value, i) => value + mean[i]!)));
  });

  it('smooths every caption that may be drawn', () => {
    const choices = rowChoices([[0, 1], [1], [2], [0]]);
    const smoothed = smoothRows({ ...rows, choices }, Int32Array.of(0, 1, 2, 3), [
      { cells: ['a', 'b', 'c', 'd'], weight: 0.1 },
    ]);
    const places = smoothed.choices!.rows;
    expect(places[0]).toBe(smoothed.rowOf[0]);
    expect(places[1]).not.toBe(places[2]); // the same caption, of another group
    expect(new Set(places).size).toBe(5);
  });

  it('leaves samples without a group alone', () => {
    const smoothed = smoothRows(rows, Int32Array.of(0, 1, 2, 3), [{ cells: ['', 'a', 'a', 'a'], weight: 1 }]);
    expectRow(row(smoothed, 0), vectors[0]!);
  });

  it('refuses weights and cells that do not fit', () => {
    expect(() => smoothRows(rows, Int32Array.of(0), [{ cells: ['a'], weight: 1 }])).toThrow(
      /each of 4 samples, got 1/,
    );
    expect(() => smoothRows(rows, Int32Array.of(0), [{ cells: ['a', 'a', 'a', 'a'], weight: 0 }])).toThrow(
      /above 0/,
    );
  });
});

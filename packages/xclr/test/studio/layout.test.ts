// Layouts of snapshots: turned back onto the one before, and moving from where it ended.
import { expect, it } from 'vitest';
import { aligned } from '../../src/studio/align.js';
import { layoutOf } from '../../src/studio/layout.js';

const distance = (a: Float32Array, b: Float32Array) => Math.hypot(...a.map((value, i) => value - b[i]!));

it.each([false, true])('turns points back onto themselves (mirrored: %s)', (mirrored) => {
  const points = Float32Array.from({ length: 40 }, (_, i) => Math.sin(i * 12.9898) * 5);
  const [mx, my] = [0, 1].map((axis) => points.filter((_, i) => i % 2 === axis).reduce((a, b) => a + b) / 20);
  const centered = points.map((value, i) => value - (i % 2 === 0 ? mx! : my!));
  const [cos, sin] = [Math.cos(2), Math.sin(2)];
  const turned = new Float32Array(40);
  for (let i = 0; i < 40; i += 2) {
    const y = mirrored ? -points[i + 1]! : points[i + 1]!;
    turned[i] = cos * points[i]! - sin * y + 7;
    turned[i + 1] = sin * points[i]! + cos * y - 3;
  }
  expect(distance(aligned(turned, points), centered)).toBeLessThan(1e-4); // float32 of numbers up to 10
});

it('lays out a snapshot near where the one before it was, the same every time', () => {
  const [n, d] = [60, 8];
  const rows = (shift: number) => {
    const values = new Float32Array(n * d);
    for (let i = 0; i < n; i++) {
      const row = values.subarray(i * d, (i + 1) * d);
      for (let j = 0; j < d; j++) row[j] = Math.sin(i * 12.9898 + j * 78.233) * 0.3;
      row[i % 3]! += 1 + shift;
      const length = Math.hypot(...row);
      for (let j = 0; j < d; j++) row[j]! /= length;
    }
    return values;
  };
  const first = layoutOf({ values: rows(0), columns: d, start: null });
  expect(layoutOf({ values: rows(0), columns: d, start: null })).toEqual(first);
  const next = layoutOf({ values: rows(0.05), columns: d, start: first });
  const spread = Math.hypot(...aligned(first, first));
  expect(distance(next, aligned(first, first))).toBeLessThan(0.6 * spread);
  const few = layoutOf({ values: rows(0).subarray(0, 3 * d), columns: d, start: null });
  expect(few).toHaveLength(6); // too few for neighborhoods: principal components
  expect(few.every(Number.isFinite)).toBe(true);
});

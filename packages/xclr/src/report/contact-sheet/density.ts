// Two numbers of many pairs against each other: darker where more pairs are.

import * as Plot from '@observablehq/plot';
import { maxOf } from '../../util/arrays.js';
import { draw } from '../charts/draw.js';
import type { Markup } from '../html.js';

const cells = 32;

/** Counts of points in a grid over their range; empty cells are left out. */
function gridded(xs: Float32Array, ys: Float32Array) {
  const range = (values: Float32Array) => {
    const [low, high] = values.reduce(
      ([a, b], value) => [Math.min(a, value), Math.max(b, value)],
      [Infinity, -Infinity],
    );
    return { low, width: (high - low) / cells || 1 };
  };
  const [x, y] = [range(xs), range(ys)];
  const counts = new Map<number, number>();
  xs.forEach((value, i) => {
    const column = Math.min(cells - 1, Math.floor((value - x.low) / x.width));
    const row = Math.min(cells - 1, Math.floor((ys[i]! - y.low) / y.width));
    counts.set(row * cells + column, (counts.get(row * cells + column) ?? 0) + 1);
  });
  return Array.from(counts, ([cell, count]) => ({
    x1: x.low + (cell % cells) * x.width,
    x2: x.low + ((cell % cells) + 1) * x.width,
    y1: y.low + Math.floor(cell / cells) * y.width,
    y2: y.low + (Math.floor(cell / cells) + 1) * y.width,
    count,
  }));
}

export function density(
  xs: Float32Array,
  ys: Float32Array,
  { x, y, title }: { readonly x: string; readonly y: string; readonly title: string },
): Markup {
  const grid = gridded(xs, ys);
  const most = maxOf(
    grid.map(({ count }) => count),
    1,
  );
  return draw({
    width: 380,
    height: 330,
    marginLeft: 48,
    marginTop: 26,
    marginBottom: 40,
    ariaLabel: title,
    x: { label: x, ticks: 6 },
    y: { label: y, ticks: 6, grid: true },
    marks: [
      Plot.rect(grid, {
        x1: 'x1',
        x2: 'x2',
        y1: 'y1',
        y2: 'y2',
        fill: 'var(--accent)',
        // Counts differ by thousands: their logarithms make the rare ones visible.
        fillOpacity: ({ count }: { count: number }) => 0.08 + (0.92 * Math.log1p(count)) / Math.log1p(most),
      }),
    ],
  });
}

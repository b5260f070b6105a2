// A histogram of values.

import * as Plot from '@observablehq/plot';
import { maxOf } from '../../util/arrays.js';
import { draw } from '../charts/draw.js';
import { count, median } from '../format.js';
import type { Markup } from '../html.js';

/** One bar of a histogram that was counted elsewhere. */
export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** Counts values in at most `most` bins of equal width with round edges; bins of whole numbers where they fit. */
function binsOf(values: readonly number[], most = 24): Bin[] {
  if (values.length === 0) return [];
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const width = roundWidth((high - low) / most, values.every(Number.isInteger));
  const start = Math.floor(low / width) * width;
  const counts = new Array<number>(Math.floor((high - start) / width + 1e-9) + 1).fill(0);
  for (const value of values) counts[Math.floor((value - start) / width + 1e-9)]!++;
  return counts.map((n, i) => ({ from: start + i * width, to: start + (i + 1) * width, count: n }));
}

/** The least 1, 2 or 5 × 10ⁿ that is at least `width`. */
function roundWidth(width: number, whole: boolean): number {
  if (!(width > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(width));
  const nice = [1, 2, 5, 10].map((step) => step * power).find((step) => step >= width * (1 - 1e-9))!;
  return whole ? Math.max(1, nice) : nice;
}

/** @param label the axis, with its unit: 'words a caption' */
export function histogram(
  values: readonly number[],
  { label, counted }: { readonly label: string; readonly counted: string },
): Markup {
  const bins = binsOf(values);
  const low = bins[0]?.from ?? 0;
  const high = bins.at(-1)?.to ?? 1;
  const most = maxOf(
    bins.map((bin) => bin.count),
    1,
  );
  const ticks = values.every(Number.isInteger) ? Math.min(5, high - low) : 5; // no halves between whole numbers
  return draw({
    width: 340,
    height: 210,
    marginLeft: 44,
    marginTop: 20,
    marginBottom: 38,
    ariaLabel: `Histogram of ${label}: from ${count(low)} to ${count(high)}, median ${count(median(values))}.`,
    x: { label, domain: [low, high], ticks, ...(high >= 10_000 && { tickFormat: '~s' }) },
    y: { label: counted, grid: true, ticks: Math.min(4, most), tickFormat: '~s' },
    marks: [
      Plot.rectY(bins, {
        x1: 'from',
        x2: 'to',
        y: 'count',
        fill: 'var(--accent)',
        fillOpacity: 0.75,
        inset: 0.5,
      }),
      Plot.ruleY([0], { stroke: 'var(--quiet)' }),
    ],
  });
}

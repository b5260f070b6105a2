// A histogram of values that were counted elsewhere.
import * as Plot from '@observablehq/plot';
import { draw } from '../charts/draw.js';
import { count, decimal } from '../format.js';
import type { Markup } from '../html.js';

/** @param histogram edges of the bins, one more than counts */
export function valueHistogram(
  { edges, counts }: { readonly edges: readonly number[]; readonly counts: readonly number[] },
  { label, counted }: { readonly label: string; readonly counted: string },
): Markup {
  const bins = counts.map((n, i) => ({ from: edges[i]!, to: edges[i + 1]!, n }));
  const fullest = bins.reduce((a, b) => (b.n > a.n ? b : a));
  return draw({
    width: 340,
    height: 210,
    marginLeft: 48,
    marginTop: 20,
    marginBottom: 38,
    ariaLabel: `Histogram of ${label}: most ${counted} (${count(fullest.n)}) between ${decimal(fullest.from, 2)} and ${decimal(fullest.to, 2)}.`,
    x: { label, ticks: 6 },
    y: { label: counted, grid: true, ticks: 4, tickFormat: '~s' },
    marks: [
      Plot.rectY(bins, {
        x1: 'from',
        x2: 'to',
        y: 'n',
        fill: 'var(--accent)',
        fillOpacity: 0.75,
        inset: 0.5,
      }),
      Plot.ruleY([0], { stroke: 'var(--quiet)' }),
    ],
  });
}

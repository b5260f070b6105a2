// Images' widths against their heights.

import * as Plot from '@observablehq/plot';
import { maxOf } from '../../util/arrays.js';
import { draw } from '../charts/draw.js';
import type { Markup } from '../html.js';

/** One place of the chart: bigger where more images share it. */
interface Spot {
  readonly x: number;
  readonly y: number;
  readonly n: number;
}

function gathered(points: readonly (readonly [number, number])[]): Spot[] {
  const spots = new Map<string, Spot>();
  for (const [x, y] of points) {
    const key = `${x}×${y}`;
    spots.set(key, { x, y, n: (spots.get(key)?.n ?? 0) + 1 });
  }
  return [...spots.values()];
}

/** @param points width and height in pixels */
export function scatter(
  points: readonly (readonly [number, number])[],
  { x, y, title }: { readonly x: string; readonly y: string; readonly title: string },
): Markup {
  const spots = gathered(points);
  const most = maxOf(points.flat(), 64) * 1.05;
  return draw({
    width: 340,
    height: 250,
    marginLeft: 48,
    marginTop: 20,
    marginBottom: 38,
    ariaLabel: title,
    x: { label: x, domain: [0, most], ticks: 5 },
    y: { label: y, domain: [0, most], grid: true, ticks: 5 },
    r: {
      type: 'sqrt',
      range: [2, 14],
      domain: [
        0,
        maxOf(
          spots.map(({ n }) => n),
          1,
        ),
      ],
    },
    marks: [
      Plot.link([0], {
        x1: 0,
        y1: 0,
        x2: most,
        y2: most,
        stroke: 'var(--quiet)',
        strokeDasharray: '2 4',
      }),
      Plot.dot(spots, {
        x: 'x',
        y: 'y',
        r: 'n',
        fill: 'var(--accent)',
        fillOpacity: 0.4,
        stroke: 'var(--accent)',
      }),
    ],
  });
}

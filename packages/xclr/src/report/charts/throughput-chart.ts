// How many views a second each method trained on, over its steps.
import * as Plot from '@observablehq/plot';
import { count, median } from '../format.js';
import type { Markup } from '../html.js';
import type { MethodStyle } from '../palette.js';
import type { Method } from '../report-data.js';
import { draw } from './draw.js';
import { thin } from './loss-chart.js';

export function throughputChart(
  methods: readonly Method[],
  styles: ReadonlyMap<string, MethodStyle>,
): Markup {
  const lines = methods.map((method) => ({
    method,
    style: styles.get(method.key)!,
    points: thin(method.curve ?? [], 120).filter((p) => p.viewsPerSecond !== undefined),
  }));
  const speeds = lines.map(
    ({ method, points }) => `${method.title} ${count(median(points.map((p) => p.viewsPerSecond!)))}`,
  );
  return draw({
    width: 340,
    height: 220,
    marginLeft: 40,
    marginTop: 24,
    marginBottom: 36,
    ariaLabel: `Views a second, median: ${speeds.join(', ')}.`,
    x: { label: 'Training step', ticks: 5 },
    y: { label: 'Views a second', zero: true, grid: true, ticks: 5 },
    marks: lines.map(({ style, points }) =>
      Plot.lineY(points, {
        x: 'step',
        y: 'viewsPerSecond',
        stroke: style.color,
        strokeWidth: 1.75,
        strokeDasharray: style.dash,
      }),
    ),
  });
}

// A measure against the time that training took, a point for each method.
import * as Plot from '@observablehq/plot';
import { metricValue } from '../format.js';
import type { Markup } from '../html.js';
import type { MethodStyle } from '../palette.js';
import type { MetricColumn } from '../report-data.js';
import { draw } from './draw.js';

export interface CostPoint {
  readonly key: string;
  readonly title: string;
  readonly minutes: number;
  readonly value: number;
}

export function costChart(
  points: readonly CostPoint[],
  styles: ReadonlyMap<string, MethodStyle>,
  metric: MetricColumn,
): Markup {
  const scale = metric.unit === 'percent' ? 100 : 1;
  const said = points.map(
    ({ title, minutes, value }) => `${title} ${metricValue(metric, value)} in ${minutes.toFixed(1)} minutes`,
  );
  return draw({
    width: 460,
    height: 280,
    marginLeft: 48,
    marginRight: 90,
    marginTop: 26,
    marginBottom: 40,
    ariaLabel: `${metric.title} against training time: ${said.join('; ')}.`,
    x: {
      label: 'minutes of training',
      domain: [0, Math.max(...points.map(({ minutes }) => minutes)) * 1.1],
      ticks: 5,
    },
    y: { label: scale === 100 ? `${metric.title}, %` : metric.title, grid: true, ticks: 5, nice: true },
    marks: points.flatMap((point) => {
      const style = styles.get(point.key);
      return [
        Plot.dot([point], {
          x: 'minutes',
          y: () => point.value * scale,
          r: 5,
          symbol: style?.symbol ?? 'circle',
          fill: style?.colour ?? 'var(--accent)',
        }),
        Plot.text([point], {
          x: 'minutes',
          y: () => point.value * scale,
          text: 'title',
          textAnchor: 'start',
          dx: 9,
          fontSize: 12,
        }),
      ];
    }),
  });
}

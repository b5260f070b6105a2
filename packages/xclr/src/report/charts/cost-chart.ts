// A measure against the time that training took, a point for each method.

import * as Plot from '@observablehq/plot';
import { maxOf } from '../../util/arrays.js';
import { metricValue } from '../format.js';
import type { Markup } from '../html.js';
import type { MethodStyle } from '../palette.js';
import type { MetricColumn } from '../report-data.js';
import { draw } from './draw.js';
import { twoLines } from './names.js';
import { namePlaces, rangeOf } from './spread.js';

export interface CostPoint {
  readonly key: string;
  readonly title: string;
  readonly minutes: number;
  readonly value: number;
}

const [height, marginTop, marginBottom] = [290, 34, 40];
const axis = height - marginTop - marginBottom;
/** Pixels that a name needs. */
const nameHeight = 14;

export function costChart(
  points: readonly CostPoint[],
  styles: ReadonlyMap<string, MethodStyle>,
  metric: MetricColumn,
): Markup {
  const scale = metric.unit === 'percent' ? 100 : 1;
  const said = points.map(
    ({ title, minutes, value }) => `${title} ${metricValue(metric, value)} in ${minutes.toFixed(1)} minutes`,
  );
  const values = points.map(({ value }) => value * scale);
  const domain = rangeOf(values);
  const two = points.some(({ title }) => twoLines(title, 18).includes('\n'));
  const names = namePlaces(values, domain, { axis, nameHeight: nameHeight * (two ? 2 : 1) });
  return draw({
    width: 370,
    height,
    marginLeft: 44,
    marginRight: 112,
    marginTop,
    marginBottom,
    ariaLabel: `${metric.title} against training time: ${said.join('; ')}.`,
    x: {
      label: 'minutes of training',
      domain: [0, maxOf(points.map(({ minutes }) => minutes)) * 1.1],
      ticks: 5,
    },
    y: { label: scale === 100 ? `${metric.title}, %` : metric.title, grid: true, ticks: 5, domain },
    marks: points.flatMap((point, i) => {
      const style = styles.get(point.key);
      return [
        Plot.dot([point], {
          x: 'minutes',
          y: () => point.value * scale,
          r: 5,
          symbol: style?.symbol ?? 'circle',
          fill: style?.color ?? 'var(--accent)',
          stroke: style?.color ?? 'var(--accent)', // some symbols are strokes alone
          strokeWidth: 2,
        }),
        Plot.text([point], {
          x: 'minutes',
          y: () => names[i]!,
          text: () => twoLines(point.title, 18),
          textAnchor: 'start',
          dx: 9,
          fontSize: 12,
          lineHeight: 1.1,
        }),
      ];
    }),
  });
}

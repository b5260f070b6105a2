// One metric as a dot and interval for each method, best on top.

import * as Plot from '@observablehq/plot';
import { maxOf, minOf } from '../../util/arrays.js';
import { metricInterval, metricValue } from '../format.js';
import type { Markup } from '../html.js';
import type { MethodStyle } from '../palette.js';
import type { Method, MetricColumn } from '../report-data.js';
import { draw } from './draw.js';
import { twoLines } from './names.js';

/**
 * The range of the axis: that of the values, a little wider. Dots, unlike bars, need no zero, and a range of their own
 * shows differences. It begins at the chance level where that is near enough to leave the values half of the axis.
 */
function intervalDomain(values: readonly number[], chance?: number): [number, number] {
  const [low, high] = [minOf(values), maxOf(values)];
  const span = high - low || 0.02 * Math.abs(high) || 1;
  const begins = chance !== undefined && chance <= low && low - chance <= span;
  return [begins ? chance - 0.03 * span : low - 0.08 * span, high + 0.08 * span];
}

export function intervalChart(
  metric: MetricColumn,
  methods: readonly Method[],
  styles: ReadonlyMap<string, MethodStyle>,
): Markup {
  const scale = metric.unit === 'percent' ? 100 : 1;
  const sign = metric.lowerIsBetter ? 1 : -1;
  const rows = methods
    .filter((m) => m.metrics[metric.key] !== undefined)
    .map((method) => {
      const { value, low, high } = method.metrics[metric.key]!;
      const drawn = { value: value * scale, low: (low ?? value) * scale, high: (high ?? value) * scale };
      return { method, style: styles.get(method.key)!, ...drawn };
    })
    .sort((a, b) => sign * (a.value - b.value));
  const said = rows.map(({ method }) => {
    const measured = method.metrics[metric.key]!;
    const interval = metricInterval(metric, measured);
    return `${method.title} ${metricValue(metric, measured.value)}${interval === undefined ? '' : ` (${interval})`}`;
  });
  const chance = metric.chance === undefined ? undefined : metric.chance * scale;
  const range = intervalDomain(
    rows.flatMap((row) => [row.value, row.low, row.high]),
    chance,
  );
  const shownChance = chance !== undefined && chance >= range[0] && chance <= range[1] ? [chance] : [];
  const marginTop = shownChance.length > 0 ? 20 : 8;
  return draw({
    width: 350,
    height: marginTop + 28 + 34 * rows.length,
    marginLeft: 122,
    marginRight: 58,
    marginTop,
    marginBottom: 28,
    ariaLabel: `${metric.title}: ${said.join('; ')}.${shownChance.length > 0 ? ` Chance is ${metricValue(metric, metric.chance!)}.` : ''}`,
    x: {
      label: null,
      domain: range,
      grid: true,
      ticks: 3,
      tickSize: 0,
      ...(scale === 100 ? { tickFormat: (v: number) => `${v} %` } : {}),
    },
    y: { label: null, domain: rows.map((row) => row.method.title), tickSize: 0, padding: 0.3 },
    marks: [
      Plot.axisY({
        label: null,
        tickSize: 0,
        fontSize: 12.5,
        tickPadding: 10,
        lineHeight: 1.1,
        tickFormat: (name: string) => twoLines(name, 17),
      }),
      Plot.ruleX(shownChance, { stroke: 'var(--quiet)', strokeDasharray: '2 3' }),
      Plot.text(shownChance, {
        x: (value: number) => value,
        frameAnchor: 'top',
        dy: -11,
        text: () => 'chance',
        fill: 'var(--soft)',
        fontSize: 11.5,
        textAnchor: 'start',
        dx: -2,
      }),
      ...rows.flatMap(({ method, style, value, low, high }) => [
        Plot.link([method.title], {
          x1: low,
          x2: high,
          y: (d: string) => d,
          stroke: style.color,
          strokeWidth: 6,
          strokeOpacity: 0.4,
          strokeLinecap: 'round',
        }),
        Plot.dot([method.title], {
          x: () => value,
          y: (d: string) => d,
          symbol: style.symbol,
          r: 4.5,
          fill: method.control ? 'var(--page)' : style.color,
          stroke: style.color,
          strokeWidth: 2,
        }),
        Plot.text([method.title], {
          x: range[1],
          y: (d: string) => d,
          text: () => metricValue(metric, value / scale),
          textAnchor: 'start',
          dx: 8,
          fontSize: 12.5,
          fontWeight: method === rows[0]?.method ? 700 : 400,
        }),
      ]),
    ],
  });
}

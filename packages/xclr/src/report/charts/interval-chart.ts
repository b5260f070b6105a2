// One metric as a dot and interval for each method, best on top.
import * as Plot from '@observablehq/plot';
import { metricInterval, metricValue } from '../format.js';
import type { Markup } from '../html.js';
import type { MethodStyle } from '../palette.js';
import type { Method, MetricColumn } from '../report-data.js';
import { draw } from './draw.js';

/** The least and greatest value drawn, zero included unless that would flatten a narrow range. */
function domain(values: readonly number[]): [number, number] {
  const low = Math.min(0, ...values);
  const high = Math.max(...values, low + 1e-9);
  return [low, high + 0.05 * (high - low)];
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
  const range = domain(rows.flatMap((row) => [row.value, row.low, row.high]));
  return draw({
    width: 340,
    height: 36 + 32 * rows.length,
    marginLeft: 116,
    marginRight: 56,
    marginTop: 8,
    marginBottom: 32,
    ariaLabel: `${metric.title}: ${said.join('; ')}.`,
    x: {
      label: null,
      domain: range,
      grid: true,
      ticks: 4,
      tickSize: 0,
      ...(scale === 100 ? { tickFormat: (v: number) => `${v} %` } : {}),
    },
    y: { label: null, domain: rows.map((row) => row.method.title), tickSize: 0, padding: 0.3 },
    marks: [
      Plot.axisY({
        label: null,
        tickSize: 0,
        fontSize: 12.5,
        lineWidth: 9,
        textOverflow: 'ellipsis',
        tickPadding: 10,
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

// Named counts as horizontal bars, in the order given.

import * as Plot from '@observablehq/plot';
import { maxOf } from '../../util/arrays.js';
import { draw } from '../charts/draw.js';
import { count } from '../format.js';
import type { Markup } from '../html.js';

export interface Bar {
  readonly name: string;
  readonly value: number;
  /** Stands at the end of the bar; by default the value as a count. */
  readonly text?: string;
}

const textOf = ({ value, text }: Bar) => text ?? count(value);

/**
 * @param title what is counted, for those who cannot see the chart
 * @param most where the axis ends; by default at the largest value
 */
export function barChart(
  bars: readonly Bar[],
  {
    title,
    most = maxOf(
      bars.map(({ value }) => value),
      1,
    ),
  }: { readonly title: string; readonly most?: number },
): Markup {
  const said = bars.slice(0, 40).map((bar) => `${bar.name} ${textOf(bar)}`);
  const longest = maxOf(
    bars.map(({ name }) => name.length),
    1,
  );
  return draw({
    width: 380,
    height: 16 + 23 * bars.length,
    marginLeft: Math.min(168, 22 + 6.6 * longest),
    marginRight:
      14 +
      6.4 *
        maxOf(
          bars.map((bar) => textOf(bar).length),
          4,
        ),
    marginTop: 4,
    marginBottom: 8,
    ariaLabel: `${title}: ${said.join(', ')}.`,
    x: { axis: null, domain: [0, most] },
    y: { label: null, domain: bars.map(({ name }) => name), padding: 0.25 },
    marks: [
      Plot.axisY({ label: null, tickSize: 0, fontSize: 12, lineWidth: 13, textOverflow: 'ellipsis-middle' }),
      Plot.barX(bars, { x: 'value', y: 'name', fill: 'var(--accent)', fillOpacity: 0.75, rx: 2 }),
      Plot.text(bars, {
        x: 'value',
        y: 'name',
        text: textOf,
        textAnchor: 'start',
        dx: 6,
        fontSize: 12,
      }),
    ],
  });
}

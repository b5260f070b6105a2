// Lines over a common axis, each with its name.

import * as Plot from '@observablehq/plot';
import { maxOf, minOf } from '../../util/arrays.js';
import { draw } from '../charts/draw.js';
import { twoLines } from '../charts/names.js';
import { namePlaces, rangeOf } from '../charts/spread.js';
import { decimal } from '../format.js';
import type { Markup } from '../html.js';

export interface Line {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
  /** Drawn stronger than the others. */
  readonly main?: boolean;
  /** By default the accent, weaker where the line is not the main one. */
  readonly color?: string | undefined;
}

export interface LineChartOptions {
  /** The axes, with units. */
  readonly x: string;
  readonly y: string;
  /** Logarithmic x axis. */
  readonly log?: boolean;
  /** Range of the y axis; by default that of the values. */
  readonly range?: readonly [number, number];
  /** A place on the x axis that deserves a mark. */
  readonly mark?: { readonly x: number; readonly label: string };
}

interface Styled {
  readonly main: boolean;
  readonly color: string | undefined;
}

const [leastHeight, marginBottom] = [264, 40];
/** Pixels that a line of a name needs. */
const lineHeight = 13;
/** Characters in a line of a name. */
const nameWidth = 15;

/** A mark's label begins at the mark, or ends there in the right half of the axis: it must not leave the chart. */
function beside(x: number, points: readonly { readonly x: number }[], log: boolean) {
  const place = (value: number) => (log ? Math.log(value) : value);
  const all = points.map((point) => place(point.x));
  const [low, high] = [minOf(all), maxOf(all)];
  const right = place(x) > (low + high) / 2;
  return { textAnchor: right ? 'end' : 'start', dx: right ? -4 : 4 } as const;
}

export function lineChart(
  lines: readonly Line[],
  { x, y, log = false, range, mark }: LineChartOptions,
): Markup {
  const points = lines.flatMap(({ name, points: list, main = false, color }) =>
    list.map((point) => ({ ...point, name, main, color })),
  );
  const named = lines.flatMap(({ name, points: list, main = false, color }) => {
    const last = list.at(-1);
    return last === undefined ? [] : [{ ...last, name: twoLines(name, nameWidth), main, color }];
  });
  const marginTop = mark === undefined ? 26 : 40; // the mark's label has a line of its own
  const values = points.map((point) => point.y);
  const domain: [number, number] = range === undefined ? rangeOf(values) : [...range];
  // Lines that end side by side would write their names over each other.
  const two = named.some(({ name }) => name.includes('\n'));
  const nameHeight = lineHeight * (two ? 2 : 1);
  const margins = marginTop + marginBottom;
  const height = Math.max(leastHeight, margins + named.length * nameHeight); // room for every name
  const placed = namePlaces(
    named.map((one) => one.y),
    domain,
    { axis: height - margins, nameHeight },
  );
  const names = named.map((one, i) => ({ ...one, y: placed[i]! }));
  const long = lines.some(({ name }) => name.length > 8);
  const said = lines.map(
    ({ name, points: list }) => `${name} ends at ${decimal(list.at(-1)?.y ?? Number.NaN, 2)}`,
  );
  const strength = ({ main, color }: Styled) => (main || color !== undefined ? 1 : 0.45);
  const stroke = ({ color }: Styled) => color ?? 'var(--accent)';
  return draw({
    width: 350,
    height,
    marginLeft: 40,
    marginRight: long ? 100 : 52,
    marginTop,
    marginBottom,
    ariaLabel: `${y} over ${x}: ${said.join(', ')}.`,
    x: { label: x, type: log ? 'log' : 'linear', ticks: 5, tickFormat: (value: number) => String(value) },
    y: { label: y, grid: true, ticks: 5, domain },
    marks: [
      mark === undefined
        ? null
        : Plot.ruleX([mark.x], { stroke: 'var(--ink)', strokeDasharray: '3 3', strokeOpacity: 0.7 }),
      mark === undefined
        ? null
        : Plot.text([mark], {
            x: 'x',
            text: 'label',
            frameAnchor: 'top',
            ...beside(mark.x, points, log),
            dy: -8,
            fontSize: 12,
            fontWeight: 600,
            stroke: 'var(--card)',
            strokeWidth: 4,
            fill: 'currentColor',
          }),
      Plot.lineY(points, {
        x: 'x',
        y: 'y',
        z: 'name',
        stroke,
        strokeOpacity: strength,
        strokeWidth: (point: { main: boolean }) => (point.main ? 2.5 : 1.5),
      }),
      Plot.text(names, {
        x: 'x',
        y: 'y',
        text: 'name',
        textAnchor: 'start',
        dx: 6,
        fontSize: 11.5,
        lineHeight: 1.1,
        fill: ({ color }: Styled) => color ?? 'var(--ink)',
        fillOpacity: ({ main, color }: Styled) => (main || color !== undefined ? 1 : 0.7),
      }),
    ],
  });
}

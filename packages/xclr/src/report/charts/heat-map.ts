// A square of similarities: one pixel a pair of concepts, groups bracketed along the edges.
import * as Plot from '@observablehq/plot';
import { encodePng } from '../../util/png.js';
import type { Markup } from '../html.js';
import { draw } from './draw.js';

export type Matrix = readonly (readonly number[])[];

/** A stretch of neighboring concepts of one group. */
interface Bracket {
  readonly group: string;
  readonly start: number;
  readonly end: number;
}

/** The scheme's brightness rises evenly and it stays readable without red or green, and in gray. */
const SCHEME = { type: 'linear', scheme: 'cividis', clamp: true } as const;

export function brackets(groups: readonly string[]): Bracket[] {
  const out: Bracket[] = [];
  groups.forEach((group, i) => {
    const last = out.at(-1);
    if (last?.group === group) out[out.length - 1] = { ...last, end: i + 1 };
    else out.push({ group, start: i, end: i + 1 });
  });
  return out;
}

/** The 2nd and 98th percentile off the diagonal: the ends of a map's own scale. */
export function colorRange(matrix: Matrix): [number, number] {
  const values = matrix.flatMap((row, i) => row.filter((_, j) => i !== j)).sort((a, b) => a - b);
  if (values.length === 0) return [0, 1];
  const at = (fraction: number) => values[Math.round(fraction * (values.length - 1))]!;
  const [low, high] = [at(0.02), at(0.98)];
  return high > low ? [low, high] : [low - 0.5, low + 0.5];
}

function parseColor(text: string): [number, number, number] {
  const hex = /^#([0-9a-f]{6})$/i.exec(text)?.[1];
  if (hex !== undefined)
    return [0, 2, 4].map((i) => Number.parseInt(hex.slice(i, i + 2), 16)) as [number, number, number];
  const [r = 0, g = 0, b = 0] = (text.match(/[\d.]+/g) ?? []).map(Number);
  return [r, g, b];
}

function paint(matrix: Matrix, range: [number, number]): string {
  const n = matrix.length;
  const { apply } = Plot.scale({ color: { ...SCHEME, domain: range } });
  const rgb = new Uint8Array(n * n * 3);
  matrix.forEach((row, i) => {
    row.forEach((value, j) => {
      const shown = i === j ? range[1] : value;
      rgb.set(parseColor(String(apply(shown))), (i * n + j) * 3);
    });
  });
  const png = encodePng(rgb, { width: n, height: n, channels: 3, level: 9 });
  return `data:image/png;base64,${png.toString('base64')}`;
}

/** CSS colors of the scale from its low to its high end, for a legend. */
export function schemeStops(stops = 9): string[] {
  const { apply } = Plot.scale({ color: { ...SCHEME, domain: [0, stops - 1] } });
  return Array.from({ length: stops }, (_, i) => String(apply(i)));
}

/** Group names where they fit, concept names when there are few. */
function ticks(
  labels: readonly string[],
  groups: readonly string[],
): { at: number; text: string; room: number }[] {
  if (labels.length <= 24) return labels.map((text, i) => ({ at: i + 0.5, text, room: 1 }));
  return brackets(groups).map(({ group, start, end }) => ({
    at: (start + end) / 2,
    text: group,
    room: end - start,
  }));
}

/** Draws one map; `named` adds the names along the left edge, which all maps of a row share. */
export function heatMap(
  matrix: Matrix,
  labels: readonly string[],
  groups: readonly string[],
  title: string,
): Markup {
  const n = matrix.length;
  const side = 246;
  const marginLeft = 88;
  const edges = brackets(groups).slice(1);
  const minimumRoom = (11 / side) * n; // an 11 px line
  const names = ticks(labels, groups).filter(({ room }) => room >= minimumRoom || n <= 24);
  return draw({
    width: side + marginLeft + 6,
    height: side + 12,
    marginLeft,
    marginRight: 6,
    marginTop: 6,
    marginBottom: 6,
    ariaLabel: `${title}: ${n} × ${n} similarities, ordered by group.`,
    x: { domain: [0, n], axis: null },
    y: { domain: [n, 0], axis: null },
    marks: [
      Plot.image([0], {
        x: n / 2,
        y: n / 2,
        src: paint(matrix, colorRange(matrix)),
        width: side,
        height: side,
        preserveAspectRatio: 'none',
        imageRendering: 'pixelated',
      }),
      n > 24 ? Plot.ruleY(edges, { y: 'start', stroke: 'var(--page)', strokeWidth: 1 }) : null,
      n > 24 ? Plot.ruleX(edges, { x: 'start', stroke: 'var(--page)', strokeWidth: 1 }) : null,
      Plot.text(names, {
        x: 0,
        y: 'at',
        text: 'text',
        textAnchor: 'end',
        dx: -6,
        fontSize: n <= 24 ? 11 : 11.5,
        lineWidth: 7.4,
        textOverflow: 'ellipsis',
      }),
    ],
  });
}

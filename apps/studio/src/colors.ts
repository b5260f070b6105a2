// One color and dash a run: the report's, by the order in which runs are shown.
import { LINE_COLORS, lineColor } from '../../../packages/xclr/src/report/palette.js';
import type { RunSummary } from '../../../packages/xclr/src/studio/wire.js';

export interface LineStyle {
  /** CSS, a variable of the theme. */
  readonly color: string;
  /** Lengths of dashes and gaps in pixels; empty for a whole line. */
  readonly dash: readonly number[];
}

/** The first ten runs differ by color, the next ten by their dashes too. */
export function lineStyles(runs: readonly RunSummary[]): ReadonlyMap<string, LineStyle> {
  return new Map(
    runs.map(({ id }, i) => {
      const round = Math.floor(i / LINE_COLORS) % dashes.length;
      return [id, { color: lineColor(i), dash: dashes[round]! }];
    }),
  );
}

const dashes: readonly (readonly number[])[] = [[], [7, 4], [2, 3]];

/** The value of a color of the theme, for canvases, which know no variables. */
export function resolved(color: string): string {
  const name = /^var\((--[\w-]+)\)$/.exec(color)?.[1];
  return name === undefined
    ? color
    : getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

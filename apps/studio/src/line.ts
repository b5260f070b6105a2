// A run's line in a chart.
import type { RunSummary } from '../../../packages/xclr/src/studio/wire.js';
import { smoothed } from './smooth.js';

/** x ascends. */
export interface Line {
  readonly run: RunSummary;
  readonly x: readonly number[];
  readonly y: readonly number[];
}

export function smoothedLines(lines: readonly Line[], weight: number): readonly Line[] {
  return weight === 0 ? lines : lines.map((line) => ({ ...line, y: smoothed(line.y, weight) }));
}

// How fast the steps of a run were.
import { median } from '../report/format.js';
import { readMetrics } from '../train/metrics-log.js';
import type { RunFolder } from '../train/run-folder.js';

/** How fast a run's steps were: medians over its logged rows, so that what else the machine did for a while does not count. */
export interface Pace {
  readonly steps: number;
  /** Seconds of a step, without its wait for images. */
  readonly stepSeconds: number;
  /** Seconds that a step waited for images. */
  readonly waitSeconds: number;
}

/** Null for a run without logged rows. */
export function paceOf(run: RunFolder): Pace | null {
  const rows = readMetrics(run);
  const last = rows.at(-1);
  if (last === undefined) return null;
  return {
    steps: last.step,
    stepSeconds: median(rows.map(({ stepSeconds, dataSeconds }) => stepSeconds - dataSeconds)),
    waitSeconds: median(rows.map(({ dataSeconds }) => dataSeconds)),
  };
}

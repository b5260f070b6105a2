// Curves with as many points as a chart can show.
import type { MetricColumns } from './metric-columns.js';
import type { Curve } from './wire.js';

export interface ThinOptions {
  /** Most points, about. */
  readonly points: number;
  /** Steps between which to look. */
  readonly from: number;
  readonly to: number;
}

/**
 * Points of one metric. Where there are more than asked for, each stretch of equally many rows gives its lowest and its
 * highest value, in their order: no peak is lost.
 */
export function thinOut(
  run: string,
  metric: string,
  columns: MetricColumns,
  { points, from, to }: ThinOptions,
): Curve {
  const { steps, seconds } = columns;
  const values = columns.column(metric);
  const kept: number[] = [];
  if (values !== undefined) {
    const present: number[] = [];
    for (let i = 0; i < values.length; i++) {
      if (steps[i]! >= from && steps[i]! <= to && Number.isFinite(values[i])) present.push(i);
    }
    const stretch = present.length / Math.max(1, Math.floor(points / 2));
    if (stretch <= 2) for (const i of present) kept.push(i);
    else {
      for (let part = 0; part * stretch < present.length; part++) {
        const start = Math.floor(part * stretch);
        const end = Math.min(present.length, Math.floor((part + 1) * stretch));
        let [low, high] = [present[start]!, present[start]!];
        for (let place = start; place < end; place++) {
          const i = present[place]!;
          if (values[i]! < values[low]!) low = i;
          if (values[i]! > values[high]!) high = i;
        }
        if (low === high) kept.push(low);
        else kept.push(Math.min(low, high), Math.max(low, high));
      }
      const last = present.at(-1)!;
      if (kept.at(-1) !== last) kept.push(last);
    }
  }
  return {
    run,
    metric,
    step: kept.map((i) => steps[i]!),
    seconds: kept.map((i) => Math.round(seconds[i]! * 1000) / 1000),
    value: kept.map((i) => Number(values![i]!.toPrecision(7))),
  };
}

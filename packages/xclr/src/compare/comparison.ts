// The comparison as a file: every method's metrics, their intervals, and paired differences.
import { pairedDifference } from '../evaluate/index.js';
import type { Difference } from '../report/index.js';
import { writeFileAtomic } from '../util/files.js';
import type { MeasuredMethod } from './encoded-method.js';

/** What comparison.json holds. */
export interface Comparison {
  readonly methods: Record<string, Record<string, number | null>>;
  readonly seconds: Record<string, number>;
  readonly intervals: Record<string, Record<string, readonly [low: number, high: number] | null>>;
  /** The focus less each other method, on the same queries, with 95 % bootstrap intervals. */
  readonly differences: readonly Difference[];
  /** Metric → definition with every setting. */
  readonly definitions: Record<string, string>;
  readonly settings: Record<string, unknown>;
}

/** @param focus the method that the others are subtracted from */
export function compare(
  measured: readonly MeasuredMethod[],
  {
    focus,
    seed,
    seconds,
    settings,
  }: { focus: string; seed: number; seconds: Record<string, number>; settings: Record<string, unknown> },
): Comparison {
  const each = <T>(of: (one: MeasuredMethod) => T) =>
    Object.fromEntries(measured.map((one) => [one.key, of(one)]));
  const first = measured[0];
  return {
    methods: each(({ metrics }) => mapValues(metrics, ({ value }) => value)),
    seconds,
    intervals: each(({ metrics }) =>
      mapValues(metrics, ({ interval }) =>
        interval === null ? null : ([interval.low, interval.high] as const),
      ),
    ),
    differences: differencesFrom(measured, focus, seed),
    definitions: first === undefined ? {} : mapValues(first.metrics, ({ definition }) => definition),
    settings,
  };
}

function differencesFrom(measured: readonly MeasuredMethod[], focus: string, seed: number): Difference[] {
  const method = measured.find(({ key }) => key === focus);
  if (method === undefined) return [];
  return measured
    .filter((other) => other !== method)
    .flatMap((other) =>
      Object.entries(method.units).flatMap(([metric, units]) => {
        const theirs = other.units[metric];
        const difference = theirs === undefined ? null : pairedDifference(units, theirs, { seed });
        return difference === null ? [] : [{ metric, method: focus, other: other.key, ...difference }];
      }),
    );
}

export function writeComparison(path: string, comparison: Comparison): void {
  writeFileAtomic(path, `${JSON.stringify(comparison, null, 2)}\n`);
}

function mapValues<In, Out>(record: Record<string, In>, of: (value: In) => Out): Record<string, Out> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, of(value)]));
}

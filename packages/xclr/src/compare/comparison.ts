// The comparison as a file: every method's metrics, their intervals, and paired differences.
import { differenceOf, holm } from '../evaluate/index.js';
import type { Difference } from '../report/index.js';
import { writeFileAtomic } from '../util/files.js';
import { definitionsOver } from './definitions.js';
import type { MeasuredMethod } from './encoded-method.js';

/** What comparison.json holds. */
export interface Comparison {
  readonly methods: Record<string, Record<string, number | null>>;
  readonly seconds: Record<string, number>;
  readonly intervals: Record<string, Record<string, readonly [low: number, high: number] | null>>;
  /** The focus less each other method, on the same queries, with 95 % intervals and p-values corrected within each metric. */
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
    seconds,
    settings,
  }: { focus: string; seconds: Record<string, number>; settings: Record<string, unknown> },
): Comparison {
  const each = <T>(of: (one: MeasuredMethod) => T) =>
    Object.fromEntries(measured.map((one) => [one.key, of(one)]));
  return {
    methods: each(({ metrics }) => mapValues(metrics, ({ value }) => value)),
    seconds,
    intervals: each(({ metrics }) =>
      mapValues(metrics, ({ interval }) =>
        interval === null ? null : ([interval.low, interval.high] as const),
      ),
    ),
    differences: differencesFrom(measured, focus),
    definitions: definitionsOver(measured),
    settings,
  };
}

/** One training run each: the differences are about these encoders, not about the methods. */
function differencesFrom(measured: readonly MeasuredMethod[], focus: string): Difference[] {
  const method = measured.find(({ key }) => key === focus);
  if (method === undefined) return [];
  const others = measured.filter((other) => other !== method);
  return Object.entries(method.units).flatMap(([metric, units]) => {
    const tested = others.flatMap(({ key, units: theirs }) => {
      const own = theirs[metric];
      if (own === undefined) return [];
      const { mean, low, high, p } = differenceOf([units], [own]);
      return low === null || high === null ? [] : [{ other: key, value: mean, low, high, p }];
    });
    const corrected = holm(tested.map(({ p }) => p));
    return tested.map((one, i) => ({ metric, method: focus, ...one, pHolm: corrected[i]! }));
  });
}

export function writeComparison(path: string, comparison: Comparison): void {
  writeFileAtomic(path, `${JSON.stringify(comparison, null, 2)}\n`);
}

function mapValues<In, Out>(record: Record<string, In>, of: (value: In) => Out): Record<string, Out> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, of(value)]));
}

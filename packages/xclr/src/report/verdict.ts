// Which method is better on a metric, and whether chance could explain it.
import { maxOf, minOf } from '../util/arrays.js';
import type { Difference, Method, MetricColumn, ReportData } from './report-data.js';

/** A corrected p-value above it claims nothing. */
export const claimLevel = 0.05;

/**
 * How the focus stands against one rival: `better` and `worse` are backed by an interval that leaves no
 * overlap and, where several differences were tested, by the corrected p-value, `unclear` has intervals that do overlap, `higher`, `lower` and `equal` have no interval at all.
 */
export type Standing = 'better' | 'worse' | 'unclear' | 'higher' | 'lower' | 'equal';

export interface Rival {
  readonly method: Method;
  readonly value: number;
  readonly standing: Standing;
}

export interface Verdict {
  readonly metric: MetricColumn;
  readonly focus: Method;
  readonly value: number;
  /** Every other method measured on this metric, best first. */
  readonly rivals: readonly Rival[];
  /** The focus has the best value of all; a shared best value does not count. */
  readonly leads: boolean;
  /** Its lead over every rival is beyond its interval. */
  readonly clear: boolean;
}

type Evidence = Pick<ReportData, 'methods' | 'metrics' | 'differences'>;

/** 1 when more is better, −1 when less is. */
function direction(metric: MetricColumn): 1 | -1 {
  return metric.lowerIsBetter ? -1 : 1;
}

function fromBounds(low: number, high: number): Standing {
  if (low > 0) return 'better';
  return high < 0 ? 'worse' : 'unclear';
}

function pairedStanding(metric: MetricColumn, difference: Difference, focus: string): Standing {
  if (difference.pHolm !== undefined && difference.pHolm > claimLevel) return 'unclear';
  const sign = direction(metric) * (difference.method === focus ? 1 : -1);
  const bounds = [sign * difference.low, sign * difference.high];
  return fromBounds(minOf(bounds), maxOf(bounds));
}

/**
 * A paired difference decides where one was measured; else two intervals, which must not overlap (stricter
 * than a paired test); else the bare values.
 */
export function standing(
  metric: MetricColumn,
  focus: Method,
  rival: Method,
  differences: readonly Difference[] = [],
): Standing {
  const pair = [focus.key, rival.key];
  const paired = differences.find(
    (d) => d.metric === metric.key && pair.includes(d.method) && pair.includes(d.other),
  );
  if (paired !== undefined) return pairedStanding(metric, paired, focus.key);
  const a = focus.metrics[metric.key]!;
  const b = rival.metrics[metric.key]!;
  const sign = direction(metric);
  if (a.low !== undefined && a.high !== undefined && b.low !== undefined && b.high !== undefined) {
    return sign > 0 ? fromBounds(a.low - b.high, a.high - b.low) : fromBounds(b.low - a.high, b.high - a.low);
  }
  const gap = sign * (a.value - b.value);
  if (gap === 0) return 'equal';
  return gap > 0 ? 'higher' : 'lower';
}

/** Verdicts on every metric that the focus and at least one rival were measured on. */
export function verdicts(evidence: Evidence, focusKey: string): Verdict[] {
  const focus = evidence.methods.find((m) => m.key === focusKey);
  if (focus === undefined) return [];
  return evidence.metrics.flatMap((metric) => {
    const own = focus.metrics[metric.key];
    if (own === undefined) return [];
    const sign = direction(metric);
    const rivals = evidence.methods
      .filter((m) => m !== focus && m.metrics[metric.key] !== undefined)
      .map((method) => ({
        method,
        value: method.metrics[metric.key]!.value,
        standing: standing(metric, focus, method, evidence.differences),
      }))
      .sort((a, b) => sign * (b.value - a.value));
    if (rivals.length === 0) return [];
    const leads = rivals.every((rival) => sign * (own.value - rival.value) > 0);
    const clear = rivals.every((rival) => rival.standing === 'better');
    return [{ metric, focus, value: own.value, rivals, leads, clear }];
  });
}

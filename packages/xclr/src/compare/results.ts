// A plan's cells as one table: means over seeds, intervals, tested differences, and what may be said in words.
import {
  differenceOf,
  type Estimate,
  estimateOf,
  holm,
  type MetricResult,
  type TestedDifference,
} from '../evaluate/index.js';
import { lowerIsBetter } from '../report/metric-titles.js';
import { claimLevel } from '../report/verdict.js';
import type { Cell } from './cell.js';
import { loadUnits } from './cell-units.js';
import { definitionsOver } from './definitions.js';
import { type Efforts, effortsOf } from './effort.js';
import type { Plan } from './plan.js';
import { secondName, trainedOnReference, trainedOnSecond } from './references.js';
import type { CellState } from './run-plan.js';

/** One method's measure on one fraction. */
export interface Entry {
  readonly metric: string;
  readonly fraction: number;
  readonly method: string;
  /** Null where the metric is undefined for a seed, or no seed is done. */
  readonly estimate: Estimate | null;
  readonly perSeed: readonly (number | null)[];
  /** Seeds that were measured and gave no value, such as the correlation of a collapsed encoder. */
  readonly undefinedSeeds: readonly number[];
}

/** The focus less another method. */
export interface PlanDifference extends TestedDifference {
  readonly metric: string;
  readonly fraction: number;
  readonly method: string;
  readonly other: string;
  /** Adjusted by Holm over all differences of this metric. */
  readonly pHolm: number;
}

export interface Hole {
  readonly key: string;
  readonly reason: string;
}

/** The results of a comparison: estimates, differences, what is missing. */
export interface PlanResults {
  readonly metrics: readonly string[];
  readonly entries: readonly Entry[];
  readonly differences: readonly PlanDifference[];
  readonly holes: readonly Hole[];
  /** What training took, by method and fraction. */
  readonly effort: Efforts;
  readonly definitions: Readonly<Record<string, string>>;
  /** Methods that were trained on the similarity by which alignment and graded accuracy are measured. */
  readonly trainedOnReference: readonly string[];
  /** Methods that were trained on the second similarity, and its name in the metrics'; null without one. */
  readonly trainedOnSecond: { readonly name: string; readonly methods: readonly string[] } | null;
  /** Seeds that every method of the fraction has. */
  readonly seeds: ReadonlyMap<number, readonly number[]>;
}

/** The results of the cells that are done. */
export function resultsOf(plan: Plan, states: ReadonlyMap<string, CellState>): PlanResults {
  const cells = [...states.values()].flatMap((state) => (state.kind === 'done' ? [state.cell] : []));
  const metrics = [...new Set(cells.flatMap((cell) => Object.keys(cell.metrics)))];
  const definitions = definitionsOver(cells);
  const at = (method: string, fraction: number, seed: number) =>
    cells.find((cell) => cell.method === method && cell.fraction === fraction && cell.seed === seed);
  const entries: Entry[] = [];
  const differences: Omit<PlanDifference, 'pHolm'>[] = [];
  const shared = new Map<number, readonly number[]>();
  for (const fraction of plan.fractions) {
    const present = plan.methods.filter(({ key }) =>
      plan.seeds.some((seed) => at(key, fraction, seed) !== undefined),
    );
    const seeds = plan.seeds.filter((seed) =>
      present.every(({ key }) => at(key, fraction, seed) !== undefined),
    );
    shared.set(fraction, seeds);
    for (const metric of metrics) {
      const measured = (cell: Cell | undefined): MetricResult | undefined => cell?.metrics[metric];
      const comparable = present.filter(({ key }) =>
        seeds.every((seed) => (measured(at(key, fraction, seed))?.value ?? null) !== null),
      );
      const units = new Map(
        seeds.length === 0
          ? []
          : comparable.map(({ key }) => [
              key,
              seeds.map((seed) => loadUnits(at(key, fraction, seed)!, metric)),
            ]),
      );
      const focus = units.get(plan.focus);
      for (const { key } of present) {
        const own = units.get(key);
        entries.push({
          metric,
          fraction,
          method: key,
          estimate: own === undefined ? null : estimateOf(own),
          perSeed: plan.seeds.map((seed) => measured(at(key, fraction, seed))?.value ?? null),
          undefinedSeeds: plan.seeds.filter((seed) => measured(at(key, fraction, seed))?.value === null),
        });
        if (own === undefined || focus === undefined || key === plan.focus) continue;
        differences.push({
          metric,
          fraction,
          method: plan.focus,
          other: key,
          ...differenceOf(focus, own),
        });
      }
    }
  }
  return {
    metrics,
    entries,
    differences: adjusted(differences),
    holes: plan.cells.flatMap((cell) => {
      const state = states.get(cell.key)!;
      if (state.kind === 'done') return [];
      return [{ key: cell.key, reason: state.kind === 'failed' ? state.reason : 'not done yet' }];
    }),
    effort: effortsOf(plan, cells),
    definitions,
    trainedOnReference: trainedOnReference(plan),
    trainedOnSecond:
      plan.second === undefined ? null : { name: secondName(plan.second), methods: trainedOnSecond(plan) },
    seeds: shared,
  };
}

/** Each metric's differences, over fractions and other methods, are one family of claims. */
function adjusted(differences: readonly Omit<PlanDifference, 'pHolm'>[]): PlanDifference[] {
  const metrics = [...new Set(differences.map(({ metric }) => metric))];
  return metrics.flatMap((metric) => {
    const family = differences.filter((one) => one.metric === metric);
    const ps = holm(family.map(({ p }) => p));
    return family.map((one, i) => ({ ...one, pHolm: ps[i]! }));
  });
}

/** 'better', 'worse', or that the numbers do not tell. */
export function verdictOf({
  metric,
  low,
  high,
  mean: value,
  pHolm,
}: PlanDifference): 'better' | 'worse' | 'no significant difference' {
  if (low === null || high === null || (low <= 0 && high >= 0) || pHolm > claimLevel)
    return 'no significant difference';
  return value > 0 !== lowerIsBetter(metric) ? 'better' : 'worse';
}

/** The method with the best mean, whatever its interval. */
export function bestMethod(entries: readonly Entry[], metric: string): string | undefined {
  const known = entries.filter((entry) => entry.metric === metric && entry.estimate !== null);
  const sign = lowerIsBetter(metric) ? -1 : 1;
  return known.toSorted((a, b) => sign * (b.estimate!.mean - a.estimate!.mean))[0]?.method;
}

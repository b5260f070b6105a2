// What a comparison's numbers allow to be said, in plain sentences.
import { list } from '../report/format.js';
import { metricTitle } from '../report/metric-titles.js';
import type { Plan } from './plan.js';
import { type PlanDifference, type PlanResults, verdictOf } from './results.js';

const percent = (fraction: number) => `${Math.round(1000 * fraction) / 10} %`;

/** One sentence for each metric and fraction; nothing is called better whose interval holds 0. */
export function conclusionsOf(plan: Plan, { differences, metrics, seeds }: PlanResults): string[] {
  const titleOf = (key: string) => plan.methods.find((method) => method.key === key)?.title ?? key;
  const focus = titleOf(plan.focus);
  const named = (found: readonly PlanDifference[]) => list(found.map(({ other }) => titleOf(other)));
  const parts = plan.fractions.length > 1;
  return plan.fractions.flatMap((fraction) =>
    metrics.flatMap((metric) => {
      const found = differences.filter((one) => one.metric === metric && one.fraction === fraction);
      if (found.length === 0) return [];
      const of = (verdict: ReturnType<typeof verdictOf>) => found.filter((one) => verdictOf(one) === verdict);
      const [better, worse, open] = [of('better'), of('worse'), of('no significant difference')];
      const said = [
        ...(better.length > 0 ? [`significantly better than ${named(better)}`] : []),
        ...(worse.length > 0 ? [`significantly worse than ${named(worse)}`] : []),
        ...(open.length > 0 ? [`not significantly different from ${named(open)}`] : []),
      ];
      const where = parts ? ` with ${percent(fraction)} of the training part` : '';
      const runs = seeds.get(fraction)?.length ?? 0;
      const caution = runs < 2 ? ' (one seed: differences between runs are not measured)' : '';
      return [`${metricTitle(metric, metrics).title}${where}: ${focus} is ${said.join('; ')}${caution}.`];
    }),
  );
}

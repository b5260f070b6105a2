// What a comparison's numbers allow to be said, in plain sentences.
import { list, plural } from '../report/format.js';
import { metricTitle } from '../report/metric-titles.js';
import type { Plan } from './plan.js';
import { type Entry, type PlanDifference, type PlanResults, verdictOf } from './results.js';

const percent = (fraction: number) => `${Math.round(1000 * fraction) / 10} %`;

/**
 * One sentence for each metric and fraction. Nothing is called better whose interval holds 0 or whose corrected p-value is too
 * large; with one seed a sentence is about the encoders that were trained; what could not be compared is said, with the reason.
 */
export function conclusionsOf(plan: Plan, results: PlanResults): string[] {
  const parts = plan.fractions.length > 1;
  return plan.fractions.flatMap((fraction) => {
    const where = parts ? ` with ${percent(fraction)} of the training part` : '';
    const entries = results.entries.filter((one) => one.fraction === fraction);
    if (entries.length > 0 && results.seeds.get(fraction)?.length === 0)
      return [`There is no seed that every method has finished${where}, so nothing is compared.`];
    return results.metrics.flatMap((metric) => {
      const { title } = metricTitle(metric, results.metrics);
      const said = sentenceOf(
        plan,
        entries.filter((one) => one.metric === metric),
        results.differences.filter((one) => one.metric === metric && one.fraction === fraction),
        results.seeds.get(fraction)?.length ?? 0,
      );
      return said === null ? [] : [`${title}${where}: ${said}.`];
    });
  });
}

function sentenceOf(
  plan: Plan,
  entries: readonly Entry[],
  found: readonly PlanDifference[],
  seeds: number,
): string | null {
  const titleOf = (key: string) => plan.methods.find((method) => method.key === key)?.title ?? key;
  const undefinedOf = ({ method, undefinedSeeds }: Entry) =>
    `${titleOf(method)} (undefined with ${plural(undefinedSeeds.length, 'seed')}: ${undefinedSeeds.join(', ')})`;
  const silent = entries.filter(({ undefinedSeeds }) => undefinedSeeds.length > 0);
  const focus = silent.find(({ method }) => method === plan.focus);
  if (focus !== undefined) return `nothing is compared, as there is no value for ${undefinedOf(focus)}`;
  const left = silent.length === 0 ? '' : `; not compared with ${list(silent.map(undefinedOf))}`;
  if (found.length === 0) return silent.length === 0 ? null : `nothing is compared${left}`;
  const one = seeds < 2;
  const isTrained = (key: string) => plan.methods.find((method) => method.key === key)?.control === false;
  const called = (key: string) => (one && isTrained(key) ? `the ${titleOf(key)} encoder` : titleOf(key));
  if (found.every(({ about }) => about === 'nothing'))
    return `nothing is said, as there is only one item to measure on${left}`;
  const named = (some: readonly PlanDifference[]) => list(some.map(({ other }) => called(other)));
  const of = (verdict: ReturnType<typeof verdictOf>) => found.filter((one) => verdictOf(one) === verdict);
  const [better, worse, open] = [of('better'), of('worse'), of('no significant difference')];
  const said = [
    ...(better.length > 0 ? [`significantly better than ${named(better)}`] : []),
    ...(worse.length > 0 ? [`significantly worse than ${named(worse)}`] : []),
    ...(open.length > 0 ? [`not significantly different from ${named(open)}`] : []),
  ];
  const caution = one ? ' (one seed: this is about these encoders, not about the methods)' : '';
  return `${called(plan.focus)} is ${said.join('; ')}${left}${caution}`;
}

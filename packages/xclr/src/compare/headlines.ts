// Which measures a comparison's page shows as charts, and says first.
import type { Plan } from './plan.js';

/** Where the plan names none: the first of each kind that was measured. */
const usual = [
  /^probe_/,
  /^knn_/,
  /^alignment_(?!.*_projected)/,
  /^alignment-by-(?!.*_projected)/,
  /^top1_/,
  /^hd1_/,
  /^cost_/,
  /^parent1_/,
  /^auroc_/,
  /^tail_/,
  /^ndcg/,
  /^hap_/,
  /^relevance\d+_/,
  /^graded_/,
  /^shot1_/,
  /^zeroshot_(?!.*_projected)/,
  /^background-random_(?!.*_projected)/,
];

/** Measures that a reader meets first, of those that there are. */
export function headlineMetrics(
  { headlines }: Pick<Plan, 'headlines'>,
  metrics: readonly string[],
): readonly string[] {
  if (headlines !== undefined) return headlines.filter((one) => metrics.includes(one));
  return usual.flatMap((pattern) => metrics.filter((metric) => pattern.test(metric)).slice(0, 1));
}

/** One line for headlines that name no measure; null where all do, or nothing was measured yet. */
export function unknownHeadlines(
  { headlines = [] }: Pick<Plan, 'headlines'>,
  metrics: readonly string[],
): string | null {
  const unknown = headlines.filter((one) => !metrics.includes(one));
  if (unknown.length === 0 || metrics.length === 0) return null;
  return `headlines: there is no measure ${unknown.join(' and no ')}. There are: ${metrics.join(', ')}`;
}

// The mark beside a number that a method was trained to make large, and what it means.
import { list } from '../report/format.js';
import type { Plan } from './plan.js';
import { describeSecond, restsOnReference } from './references.js';
import type { PlanResults } from './results.js';

/** Follows a number. */
export const referenceMark = '†';

/** Whether a method's number is measured by the similarity that it was trained on. */
export function isMarked(
  { trainedOnReference, trainedOnSecond }: Pick<PlanResults, 'trainedOnReference' | 'trainedOnSecond'>,
  method: string,
  metric: string,
): boolean {
  if (restsOnReference(metric)) return trainedOnReference.includes(method);
  const second = trainedOnSecond;
  return second !== null && metric.includes(`-by-${second.name}_`) && second.methods.includes(method);
}

/** A sentence or two; null where no number is marked. */
export function referenceNote(plan: Plan, results: PlanResults): string | null {
  const { metrics, trainedOnReference, trainedOnSecond } = results;
  if (!plan.methods.some(({ key }) => metrics.some((metric) => isMarked(results, key, metric)))) return null;
  const named = (methods: readonly string[]) =>
    list(methods.map((method) => plan.methods.find(({ key }) => key === method)?.title ?? method));
  const were = (methods: readonly string[]) => `${named(methods)} ${methods.length === 1 ? 'was' : 'were'}`;
  const first =
    trainedOnReference.length === 0
      ? ''
      : ` The similarity of captions is that of the text encoder ${plan.reference.encoder}, on which ${were(trainedOnReference)} trained: these numbers say how well it was learned.`;
  const seen = trainedOnSecond?.methods ?? [];
  const second =
    plan.second === undefined
      ? 'The plan has no second reference (secondReference), so nothing here says how far this holds by another similarity.'
      : `Alignment by the second reference, ${describeSecond(plan.second)}, is by a similarity that ${seen.length === 0 ? 'no method was trained on' : `${were(seen)} trained on, and no other method`}.`;
  return `${referenceMark}${first} ${second}`;
}

// The mark beside a number that a method was trained to make large, and what it means.
import { list } from '../report/format.js';
import type { Plan } from './plan.js';
import { describeSecond, restsOnReference } from './references.js';
import type { PlanResults } from './results.js';

/** Follows a number. */
export const referenceMark = '†';

/** Whether a method's number is measured by the similarity that it was trained on. */
export function isMarked(
  results: Pick<PlanResults, 'trainedOnReference'>,
  method: string,
  metric: string,
): boolean {
  return restsOnReference(metric) && results.trainedOnReference.includes(method);
}

/** A sentence or two; null where no number is marked. */
export function referenceNote(plan: Plan, results: PlanResults): string | null {
  const { metrics, trainedOnReference } = results;
  if (trainedOnReference.length === 0 || !metrics.some(restsOnReference)) return null;
  const titles = trainedOnReference.map(
    (method) => plan.methods.find(({ key }) => key === method)?.title ?? method,
  );
  const second =
    plan.second === undefined
      ? 'The plan has no second reference (secondReference), so nothing here says how far this holds by another similarity.'
      : `Alignment by the second reference, ${describeSecond(plan.second)}, is by a similarity that no method was trained on.`;
  return `${referenceMark} The similarity of captions is that of the text encoder ${plan.reference.encoder}, on which ${list(titles)} ${titles.length === 1 ? 'was' : 'were'} trained: these numbers say how well it was learned. ${second}`;
}

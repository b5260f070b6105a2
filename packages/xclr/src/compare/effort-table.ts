// The columns of a table that say what training took.
import { count, duration } from '../report/format.js';
import type { Effort } from './effort.js';
import type { Plan } from './plan.js';

/** @param timed whether times can be compared */
export function effortHead(timed: boolean): string[] {
  return ['views per image', 'steps', ...(timed ? ['training', 'waits for images'] : [])];
}

/** @param effort undefined for a control */
export function effortCells(effort: Effort | undefined, plan: Plan, timed: boolean): string[] {
  if (effort === undefined) return effortHead(timed).map(() => '–');
  const { viewsPerImage, steps, began, seconds, waiting } = effort;
  const title = plan.methods.find(({ key }) => key === began?.method)?.title ?? began?.method;
  const written = (time: number | null) => (time === null ? '–' : duration(time));
  return [
    String(viewsPerImage),
    began === null ? count(steps) : `${count(steps)} after ${count(began.steps)} of ${title}`,
    ...(timed ? [written(seconds), written(waiting)] : []),
  ];
}

// Measures a method on every task: its features, and how well z, after the projector, follows the captions.
import { type EvaluateInput, type Measured, measureTasks } from '../evaluate/index.js';
import type { EncodedMethod, MeasuredMethod } from './encoded-method.js';

/** Ends the names of metrics that were measured after the projector. */
export const projectedSuffix = '_projected';

/**
 * Alignment is measured on z too, as that is what the loss shapes; the other metrics on the features that are kept. A method with a
 * text encoder of its own is queried by text there as well.
 */
export function measureMethod(method: EncodedMethod, input: Omit<EvaluateInput, 'features'>): MeasuredMethod {
  const { variants } = method;
  const measured = measureTasks({ ...input, variants, features: method.features });
  if (method.projected === undefined) return { ...method, ...measured };
  const { texts } = method;
  const asked = ['alignment', ...(texts === undefined ? [] : ['zero-shot', 'text-retrieval'])];
  const tasks = input.tasks.filter(({ metric }) => asked.includes(metric));
  const projected = measureTasks({
    ...input,
    tasks,
    features: method.projected,
    ...(texts !== undefined && { texts }),
  });
  return {
    ...method,
    metrics: { ...measured.metrics, ...renamed(projected.metrics) },
    units: { ...measured.units, ...renamed(projected.units) },
  };
}

function renamed<T extends Measured[keyof Measured][string]>(measures: Record<string, T>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(measures).map(([name, value]) => [`${name}${projectedSuffix}`, value]),
  );
}

// Measures a method on every task: its features, and how well z, after the projector, follows the captions.
import {
  type CaptionSimilarity,
  type EvaluateInput,
  type FeatureSet,
  type Measured,
  measureTasks,
} from '../evaluate/index.js';
import type { EncodedMethod, MeasuredMethod } from './encoded-method.js';

/** Ends the names of metrics that were measured after the projector. */
export const projectedSuffix = '_projected';

/**
 * Alignment is measured on z too, as that is what the loss shapes; the other metrics on the features that are kept. A method with a
 * text encoder of its own is queried by text there as well.
 */
export function measureMethod(
  method: EncodedMethod,
  input: Omit<EvaluateInput, 'features'>,
  second?: SecondMeasure,
): MeasuredMethod {
  const { variants } = method;
  const own = measureTasks({ ...input, variants, features: method.features });
  const measured = joined(own, secondAlignment(method.features, input, second));
  const { predictions } = own;
  if (method.projected === undefined) return { ...method, ...measured, predictions };
  const { texts } = method;
  const asked = ['alignment', ...(texts === undefined ? [] : ['zero-shot', 'text-retrieval'])];
  const tasks = input.tasks.filter(({ metric }) => asked.includes(metric));
  const projected = joined(
    measureTasks({
      ...input,
      tasks,
      features: method.projected,
      ...(texts !== undefined && { texts }),
    }),
    secondAlignment(method.projected, input, second),
  );
  return {
    ...method,
    metrics: { ...measured.metrics, ...renamed(projected.metrics) },
    units: { ...measured.units, ...renamed(projected.units) },
    predictions,
  };
}

/** A second similarity, best one that no method was trained on. */
interface SecondMeasure {
  /** Stands in the metrics' names. */
  readonly name: string;
  readonly description: string;
  readonly similarity: CaptionSimilarity;
}

type Measures = Pick<Measured, 'metrics' | 'units'>;

function joined(one: Measures, other: Measures): Measures {
  return { metrics: { ...one.metrics, ...other.metrics }, units: { ...one.units, ...other.units } };
}

/** Alignment by the second similarity: `alignment_test` becomes `alignment-by-static_test`. */
function secondAlignment(
  features: FeatureSet,
  input: Omit<EvaluateInput, 'features'>,
  second: SecondMeasure | undefined,
): Measures {
  const tasks = input.tasks.filter(({ metric }) => metric === 'alignment');
  if (second === undefined || tasks.length === 0) return { metrics: {}, units: {} };
  const { name, description, similarity } = second;
  const { metrics, units } = measureTasks({ ...input, tasks, features, captionSimilarity: similarity });
  const named = <T>(record: Record<string, T>) =>
    Object.fromEntries(
      Object.entries(record).map(([key, value]) => [key.replace('_', `-by-${name}_`), value] as const),
    );
  const said = Object.entries(metrics).map(
    ([key, one]) =>
      [
        key,
        {
          ...one,
          definition: `${one.definition} Here the captions' similarity is ${description}.`,
        },
      ] as const,
  );
  return { metrics: named(Object.fromEntries(said)), units: named(units) };
}

function renamed<T extends Measured[keyof Measured][string]>(measures: Record<string, T>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(measures).map(([name, value]) => [`${name}${projectedSuffix}`, value]),
  );
}

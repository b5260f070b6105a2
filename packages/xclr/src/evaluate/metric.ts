// What a kind of metric is: settings, which samples it looks at, what it needs, and how it is measured.

import type { Device } from '@xclr/torch';
import { z } from 'zod';
import type { Dataset, Filter } from '../data/types.js';
import type { RowIndex } from './feature-set.js';
import type { Predictions } from './predictions.js';
import type { TextVectors } from './text-vectors.js';
import type { CaptionSimilarity, FeatureSet, MetricResult, Units } from './types.js';
import type { Variant, VariantFeatures } from './variants.js';

/** What every task has. */
export interface AnyTask {
  readonly metric: string;
  readonly name: string;
}

export interface MetricContext {
  readonly features: FeatureSet;
  readonly dataset: Dataset;
  readonly rowIndex: RowIndex;
  readonly captionSimilarity: CaptionSimilarity | undefined;
  readonly texts: TextVectors | undefined;
  readonly variants: VariantFeatures;
  readonly seed: number;
  /** Where what is fitted is fitted; features lie on the CPU. */
  readonly device: Device;
  readonly onProgress: (done: number, total: number) => void;
  /** Keeps what a classifier answered, for per-class results; absent where nobody asks for it. */
  readonly keepPredictions?: ((metric: string, predictions: Predictions) => void) | undefined;
  /** Stores a measure, with its interval. */
  readonly add: (name: string, units: Units, result: Measure) => void;
}

/** A measure of a task. */
export type Measure = Omit<MetricResult, 'value' | 'interval'> & {
  /** False where the rows were compared as they were before their mean was subtracted. */
  readonly centered?: boolean;
};

/** One file a kind in metrics/; tasks.ts knows them all. */
export interface MetricKind<Task extends AnyTask> {
  readonly schema: z.ZodType<Task> & { readonly shape: Readonly<Record<string, unknown>> };
  /** Samples that a task looks at: each filter's are encoded. */
  filters(task: Task): readonly Filter[];
  /** Altered images whose features a task asks for. */
  variants?(task: Task, data: Dataset): readonly Variant[];
  /** Texts whose vectors a task asks for. */
  texts?(task: Task, data: Dataset): readonly string[];
  /** Throws where the data cannot support a task. Cheap. */
  check(data: Dataset, task: Task, where: string): void;
  run(task: Task, context: MetricContext): void;
}

/** For messages: "knn task 'species'". */
export function taskName({ metric, name }: AnyTask): string {
  return `${metric} task '${name}'`;
}

export const nameSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9][\w.-]*$/,
    'must be letters, digits, "_", "." or "-", as it becomes part of a metric name',
  );
export const filterSchema = z
  .record(z.string(), z.union([z.string(), z.array(z.string()).min(1)]))
  .default({});

/** Values of one query each, as units. */
export function perQuery(keys: Int32Array, numerators: Float64Array): Units {
  const denominators = new Float64Array(keys.length).fill(1);
  return {
    estimate: numerators.reduce((sum, value) => sum + value, 0) / keys.length,
    keys,
    numerators,
    denominators,
  };
}

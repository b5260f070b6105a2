// Runs evaluation tasks on one set of features: metric name → value, count, interval and definition.

import type { Device } from '@xclr/torch';
import type { Dataset } from '../data/types.js';
import { bootstrapRatio } from './bootstrap.js';
import { checkFeatures, RowIndex } from './feature-set.js';
import type { MetricContext } from './metric.js';
import type { Predictions } from './predictions.js';
import { checkTasks, runTask, type Task } from './tasks.js';
import type { TextVectors } from './text-vectors.js';
import type { CaptionSimilarity, FeatureSet, MetricResult, Units } from './types.js';
import { VariantFeatures } from './variants.js';

/** Features, tasks and data of an evaluation. */
export interface EvaluateInput {
  readonly features: FeatureSet;
  readonly dataset: Dataset;
  readonly tasks: readonly Task[];
  /** Needed by alignment and graded tasks. */
  readonly captionSimilarity?: CaptionSimilarity;
  /** Needed by zero-shot and text-retrieval tasks: vectors of `textsOf` the tasks. */
  readonly texts?: TextVectors;
  /** Needed by corruptions tasks: features of `variantsOf` the tasks. */
  readonly variants?: VariantFeatures;
  /** Fixes sampled pairs and triplets, and the resampling of intervals. */
  readonly seed?: number;
  /** Where linear probes are fitted; the CPU by default. */
  readonly device?: Device;
  /** Resamples of each interval. */
  readonly resamples?: number;
  /** Fraction of the gallery search, or of the pairs, that is done; 0 … total. */
  readonly onProgress?: (task: string, done: number, total: number) => void;
}

/** Metrics as they are stored, and the units behind them for paired comparisons. */
export interface Measured {
  readonly metrics: Record<string, MetricResult>;
  readonly units: Record<string, Units>;
  /** Answers of the tasks that classify: kNN and linear probes. */
  readonly predictions: Record<string, Predictions>;
}

const LEVEL = 0.95;
const noVariants = new VariantFeatures();

/**
 * Measures every task, with 95 % bootstrap intervals over queries (kNN, retrieval) or captions (alignment).
 * @throws UserError for features with NaN or infinite values, and for tasks the data cannot support
 */
export function measureTasks(input: EvaluateInput): Measured {
  const {
    features,
    dataset,
    tasks,
    captionSimilarity,
    texts,
    variants = noVariants,
    seed = 0,
    device = 'cpu',
    resamples = 1000,
    onProgress,
  } = input;
  checkTasks(dataset, tasks);
  checkFeatures(features, dataset);
  const measured: Measured = { metrics: {}, units: {}, predictions: {} };
  const add: MetricContext['add'] = (name, units, { centered = true, ...result }) => {
    const bounds = bootstrapRatio(units, { seed, resamples, level: LEVEL });
    const over = result.counted === 'queries' ? 'queries' : 'captions';
    measured.units[name] = units;
    measured.metrics[name] = {
      value: Number.isNaN(units.estimate) ? null : units.estimate,
      ...result,
      definition: [result.definition, ...(centered && features.centeredBy ? [features.centeredBy] : [])].join(
        ' ',
      ),
      interval: bounds === null ? null : { ...bounds, level: LEVEL, resamples, over },
    };
  };
  const context = {
    features,
    dataset,
    captionSimilarity,
    texts,
    variants,
    seed,
    device,
    add,
    keepPredictions: (metric: string, predictions: Predictions) => {
      measured.predictions[metric] = predictions;
    },
    rowIndex: new RowIndex(features),
  };
  for (const task of tasks) {
    runTask(task, {
      ...context,
      onProgress: (done, total) => onProgress?.(`${task.metric} ${task.name}`, done, total),
    });
  }
  return measured;
}

/** measureTasks without the units: what goes into evaluation.json. */
export function evaluateTasks(input: EvaluateInput): Record<string, MetricResult> {
  return measureTasks(input).metrics;
}

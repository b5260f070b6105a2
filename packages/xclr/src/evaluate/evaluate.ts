// Runs evaluation tasks on one set of features: metric name → value, count, interval and definition.

import type { Filter } from '../data/filter.js';
import type { Dataset } from '../data/types.js';
import { UserError } from '../util/errors.js';
import { alignmentScores } from './alignment.js';
import { bootstrapRatio } from './bootstrap.js';
import { captionConcepts } from './caption-concepts.js';
import { galleryAndQueries } from './classes.js';
import { checkFeatures, RowIndex } from './feature-set.js';
import { chooseSamples, describeFilter } from './filter.js';
import { knnCorrect } from './knn.js';
import { recallAt, retrievalScores } from './retrieval.js';
import { type AlignmentTask, checkTasks, type KnnTask, type RetrievalTask, type Task } from './tasks.js';
import type { CaptionSimilarity, FeatureSet, MetricResult, Units } from './types.js';

export interface EvaluateInput {
  readonly features: FeatureSet;
  readonly dataset: Dataset;
  readonly tasks: readonly Task[];
  /** Needed by alignment tasks only. */
  readonly captionSimilarity?: CaptionSimilarity;
  /** Fixes sampled pairs and triplets, and the resampling of intervals. */
  readonly seed?: number;
  /** Resamples of each interval. */
  readonly resamples?: number;
  /** Share of the gallery search, or of the pairs, that is done; 0 … total. */
  readonly onProgress?: (task: string, done: number, total: number) => void;
}

/** Metrics as they are stored, and the units behind them for paired comparisons. */
export interface Measured {
  readonly metrics: Record<string, MetricResult>;
  readonly units: Record<string, Units>;
}

const LEVEL = 0.95;

interface Context {
  readonly features: FeatureSet;
  readonly dataset: Dataset;
  readonly rowIndex: RowIndex;
  readonly captionSimilarity: CaptionSimilarity | undefined;
  readonly seed: number;
  readonly resamples: number;
  readonly onProgress: (done: number, total: number) => void;
  /** Stores a metric, with its interval. */
  readonly add: (name: string, units: Units, result: Omit<MetricResult, 'value' | 'interval'>) => void;
}

function where(task: Task): string {
  return `${task.metric} task '${task.name}'`;
}

/** Values of one query each, as units. */
function perQuery(keys: Int32Array, numerators: Float64Array): Units {
  const denominators = new Float64Array(keys.length).fill(1);
  return {
    estimate: numerators.reduce((sum, value) => sum + value, 0) / keys.length,
    keys,
    numerators,
    denominators,
  };
}

function searched(gallery: Filter, queries: Filter, size: number): string {
  return `Gallery: ${size} pictures (${describeFilter(gallery)}); queries: ${describeFilter(queries)}; a query's own picture is left out of the gallery.`;
}

function runKnn(task: KnnTask, context: Context): void {
  const { dataset, rowIndex, features, onProgress } = context;
  const sets = galleryAndQueries(dataset, rowIndex, { ...task, where: where(task), key: task.label });
  const k = Math.min(task.k, sets.gallery.rows.length);
  const correct = knnCorrect(features.rows, sets, { k, temperature: task.temperature, onProgress });
  context.add(`knn_${task.name}`, perQuery(sets.queries.samples, correct), {
    n: correct.length,
    counted: 'queries',
    leftOut: sets.leftOut,
    definition:
      `Share of queries whose ${task.label} is the one with the most votes among the ${k} nearest gallery pictures, ` +
      `a vote being exp(cosine / ${task.temperature}). ${searched(task.gallery, task.queries, sets.gallery.rows.length)}`,
  });
}

function runRetrieval(task: RetrievalTask, context: Context): void {
  const { dataset, rowIndex, features, onProgress } = context;
  const sets = galleryAndQueries(dataset, rowIndex, { ...task, where: where(task), key: task.match });
  const scores = retrievalScores(features.rows, sets, { onProgress });
  const keys = sets.queries.samples;
  const search = searched(task.gallery, task.queries, sets.gallery.rows.length);
  const result = { n: keys.length, counted: 'queries', leftOut: sets.leftOut } as const;
  for (const k of [1, 5, 10]) {
    context.add(`r${k}_${task.name}`, perQuery(keys, recallAt(scores, k)), {
      ...result,
      definition: `Share of queries with a picture of the same ${task.match} among the ${k} nearest by cosine. ${search}`,
    });
  }
  context.add(`map_${task.name}`, perQuery(keys, scores.averagePrecision), {
    ...result,
    definition: `Mean over queries of average precision: precision at the rank of each picture of the same ${task.match}, averaged, over the whole gallery ordered by cosine. ${search}`,
  });
}

function runAlignment(task: AlignmentTask, context: Context): void {
  const { dataset, rowIndex, features, captionSimilarity, seed, onProgress } = context;
  if (captionSimilarity === undefined) {
    throw new UserError(
      `${where(task)}: needs caption similarities, got none`,
      'Give a caption graph, or leave the alignment tasks out.',
    );
  }
  const chosen = rowIndex.choose(chooseSamples(dataset, task.samples, `${where(task)}, samples`));
  const concepts = captionConcepts(dataset, chosen.samples);
  const scores = alignmentScores({
    features: features.rows,
    rows: chosen.rows,
    samples: chosen.samples,
    concepts,
    captionSimilarity,
    margin: task.margin,
    triplets: task.triplets,
    seed,
    onProgress,
  });
  const pictures = `${chosen.rows.length} pictures (${describeFilter(task.samples)})`;
  const missing: Record<string, number> =
    chosen.missing > 0 ? { 'samples without features': chosen.missing } : {};
  const undefinedNote =
    scores.pairs === 0
      ? 'Undefined: there is no pair of different captions.'
      : scores.captionsConstant
        ? 'Undefined: all pairs have the same caption similarity.'
        : 'Undefined: all pairs have the same learned similarity (a collapsed encoder).';
  context.add(`alignment_${task.name}`, scores.correlation, {
    n: scores.pairs,
    counted: 'pairs',
    leftOut:
      scores.sameConceptPairs > 0
        ? { ...missing, 'pairs with the same captions': scores.sameConceptPairs }
        : missing,
    definition:
      `Spearman's rank correlation of cosine and caption similarity over ${scores.pairsSampled ? 'a balanced random part of the' : 'all'} ` +
      `pairs of different captions among ${pictures}; ties get average ranks.`,
    ...(Number.isNaN(scores.correlation.estimate) ? { note: undefinedNote } : {}),
  });
  context.add(`triplets_${task.name}`, scores.order, {
    n: scores.triplets,
    counted: 'triplets',
    leftOut: missing,
    definition:
      `Share of triplets (anchor, i, j) in which the one whose caption is more like the anchor's, by more than ${task.margin}, is also ` +
      `nearer by cosine; equal cosines count half. ${scores.tripletsSampled ? 'Drawn at random' : 'All'} among ${pictures}; chance is 0.5.`,
    ...(scores.triplets === 0
      ? { note: `Undefined: no triplet's caption similarities differ by more than ${task.margin}.` }
      : {}),
  });
}

function runTask(task: Task, context: Context): void {
  if (task.metric === 'knn') runKnn(task, context);
  else if (task.metric === 'retrieval') runRetrieval(task, context);
  else runAlignment(task, context);
}

/**
 * Measures every task, with 95 % bootstrap intervals over queries (kNN, retrieval) or captions (alignment).
 * @throws UserError for features with NaN or infinite values, and for tasks the data cannot support
 */
export function measureTasks(input: EvaluateInput): Measured {
  const { features, dataset, tasks, captionSimilarity, seed = 0, resamples = 1000, onProgress } = input;
  checkTasks(dataset, tasks);
  checkFeatures(features, dataset);
  const measured: Measured = { metrics: {}, units: {} };
  const add: Context['add'] = (name, units, result) => {
    const bounds = bootstrapRatio(units, { seed, resamples, level: LEVEL });
    const over = result.counted === 'queries' ? 'queries' : 'captions';
    measured.units[name] = units;
    measured.metrics[name] = {
      value: Number.isNaN(units.estimate) ? null : units.estimate,
      ...result,
      interval: bounds === null ? null : { ...bounds, level: LEVEL, resamples, over },
    };
  };
  const context = {
    features,
    dataset,
    captionSimilarity,
    seed,
    resamples,
    add,
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

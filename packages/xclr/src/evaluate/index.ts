// Evaluation: features, tasks, metrics with intervals.

export { type AlignmentInput, type AlignmentScores, alignmentScores, MAX_PAIRS } from './alignment.js';
export {
  type BootstrapOptions,
  bootstrapRatio,
  type Difference,
  pairedDifference,
} from './bootstrap.js';
export { captionConcepts } from './caption-concepts.js';
export { type GalleryAndQueries, galleryAndQueries } from './classes.js';
export { type Corruption, corrupt, corruptionNames, corruptions } from './corruptions.js';
export { type EvaluateInput, evaluateTasks, type Measured, measureTasks } from './evaluate.js';
export { centerRows_, checkFeatures, RowIndex, unitRows } from './feature-set.js';
export {
  type Encoded,
  type ExtractOptions,
  extractFeatures,
  type ImageBatch,
  type ImageBatches,
  rawPixelFeatures,
} from './features.js';
export { checkKey, chooseSamples, classOf, describeFilter, knownKeys } from './filter.js';
export { type KnnSettings, knnCorrect } from './knn.js';
export { type LbfgsOptions, lbfgs, type Minimum } from './lbfgs.js';
export { classify, fitLogistic, type LinearClassifier, type LogisticOptions } from './logistic-regression.js';
export { type Neighbors, nearest, vote } from './nearest-rows.js';
export { averagePrecision, averageRanks, relevantRanks, spearman } from './ranks.js';
export type { Bounds } from './resampling.js';
export { type RetrievalScores, recallAt, retrievalScores } from './retrieval.js';
export { fitRidgeMap, type RidgeMap } from './ridge-map.js';
export { forEachSimilarityRow, similaritySquare } from './similarity-rows.js';
export {
  type AlignmentTask,
  type CorruptionsTask,
  checkTasks,
  defaultTasks,
  type FewShotTask,
  filtersOf,
  type GradedTask,
  type KnnTask,
  type LinearProbeTask,
  parseTasks,
  type RetrievalTask,
  type Task,
  type TaskSettings,
  type TextRetrievalTask,
  taskSchema,
  textsOf,
  variantsOf,
  type ZeroShotTask,
} from './tasks.js';
export { encodeTexts, type TextVectors, textVectors } from './text-vectors.js';
export type { CaptionSimilarity, FeatureSet, Interval, MetricResult, Units } from './types.js';
export { VariantFeatures } from './variants.js';

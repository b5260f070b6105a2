// Evaluation: features, tasks, metrics with intervals.

export type { AlignmentInput, AlignmentScores } from './alignment.js';
export type { BootstrapOptions, Bounds } from './bootstrap.js';
export { type GalleryAndQueries, galleryAndQueries } from './classes.js';
export type { Corruption } from './corruptions.js';
export { type EvaluateInput, evaluateTasks, type Measured, measureTasks } from './evaluate.js';
export { centerRows_, RowIndex, unitRows } from './feature-set.js';
export type { Encoded, ExtractOptions, ImageBatch, ImageBatches } from './features.js';
export { chooseSamples, classOf } from './filter.js';
export type { KnnSettings } from './knn.js';
export type { LbfgsOptions, Minimum } from './lbfgs.js';
export type { LinearClassifier, LogisticOptions } from './logistic-regression.js';
export { type Neighbors, nearest } from './nearest-rows.js';
export { averageRanks, spearman } from './ranks.js';
export type { RetrievalScores } from './retrieval.js';
export type { RidgeMap } from './ridge-map.js';
export { forEachSimilarityRow } from './similarity-rows.js';
export {
  differenceOf,
  type Estimate,
  estimateOf,
  type Scope,
  type TestedDifference,
  type UnitsBySeed,
} from './statistics/estimate.js';
export { holm } from './statistics/holm.js';
export {
  type AlignmentTask,
  type CorruptionsTask,
  checkTasks,
  defaultTasks,
  type FewShotTask,
  type GradedTask,
  type KnnTask,
  type LinearProbeTask,
  parseTasks,
  type RetrievalTask,
  type Task,
  type TaskSettings,
  type TextRetrievalTask,
  textsOf,
  variantsOf,
  type ZeroShotTask,
} from './tasks.js';
export { encodeTexts, type TextVectors } from './text-vectors.js';
export type { CaptionSimilarity, FeatureSet, Interval, MetricResult, Units } from './types.js';
export { VariantFeatures } from './variants.js';

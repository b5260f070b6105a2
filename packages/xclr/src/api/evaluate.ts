// xclr/evaluate: how good an encoder is: runs, features, tasks, metrics with intervals.
export { type AlignmentInput, type AlignmentScores, alignmentScores } from '../evaluate/alignment.js';
export { type BootstrapOptions, type Bounds, bootstrapRatio } from '../evaluate/bootstrap.js';
export { type EvaluationImages, encodeImages } from '../evaluate/encode-images.js';
export { type EvaluateInput, evaluateTasks } from '../evaluate/evaluate.js';
export { type EvaluateRunOptions, evaluateRun, type RunEvaluation } from '../evaluate/evaluate-run.js';
export {
  type ExtractOptions,
  extractFeatures,
  type ImageBatch,
  type ImageBatches,
} from '../evaluate/features.js';
export { type KnnSettings, knnCorrect } from '../evaluate/knn.js';
export { averagePrecision, spearman } from '../evaluate/ranks.js';
export { type RetrievalScores, recallAt, retrievalScores } from '../evaluate/retrieval.js';
export {
  differenceOf,
  type Estimate,
  estimateOf,
  type Scope,
  type TestedDifference,
  type UnitsBySeed,
} from '../evaluate/statistics/estimate.js';
export { holm } from '../evaluate/statistics/holm.js';
export { defaultTasks, parseTasks, type Task } from '../evaluate/tasks.js';
export type { CaptionSimilarity, FeatureSet, Interval, MetricResult, Units } from '../evaluate/types.js';

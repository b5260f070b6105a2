// xclr as a library: what a first program needs. Everything else is under xclr/data, xclr/graph, xclr/losses, …
// docs/api.md lists all of it.

// The data.
export { openDataset } from './data/open.js';
export type { Dataset, DatasetOptions, Sample, Split } from './data/types.js';
// Measure what was trained.
export { type EvaluateRunOptions, evaluateRun, type RunEvaluation } from './evaluate/evaluate-run.js';
export type { Interval, MetricResult } from './evaluate/types.js';
export { classMatrixGraph, matrixGraph } from './graph/matrix-graph.js';
export { identityGraph, labelGraph } from './graph/same-graph.js';
export { SentenceTransformerEncoder } from './graph/sentence-transformer/encoder.js';
export type { SimilarityGraph } from './graph/similarity-graph.js';
export type { TextEncoder } from './graph/text-encoder.js';
// A training loop of one's own: encoder, graph, loss.
export { TextGraph, type TextGraphOptions } from './graph/text-graph.js';
export { WordNetEncoder } from './graph/wordnet/encoder.js';
export { clipLoss } from './losses/clip.js';
export { type ContrastiveOptions, contrastiveLoss } from './losses/contrastive.js';
export { supervisedLoss } from './losses/supervised.js';
export { Projector } from './models/projector.js';
export { createEncoder, type Encoder, type EncoderName, encoderNames } from './models/registry.js';
// Train: settings → run folder.
export {
  type ConfigSources,
  type Method,
  resolveTrainConfig,
  type TrainConfig,
  type TrainSettings,
} from './train/config.js';
export { RunFolder, type RunRecord } from './train/run-folder.js';
export { runTraining, type SessionOptions } from './train/session.js';
export type { TrainingOutcome, TrainingProgress } from './train/trainer.js';

export { UserError } from './util/errors.js';
export { version } from './util/version.js';

// xclr as a library.

export { type Comparison, compare, writeComparison } from './compare/comparison.js';
export { type QuickstartOptions, type QuickstartResult, quickstart } from './compare/quickstart.js';
export * from './data/augment/index.js';
export * from './data/index.js';
export { encodeImages } from './evaluate/encode-images.js';
export { evaluateRun, type RunEvaluation } from './evaluate/evaluate-run.js';
export * from './evaluate/index.js';
export * from './graph/index.js';
export * from './losses/index.js';
export * from './models/index.js';
export { type ReportData, renderReport } from './report/index.js';
export { type ConfigSources, resolveTrainConfig, type TrainConfig } from './train/config.js';
export { RunFolder, type RunRecord } from './train/run-folder.js';
export { runTraining, type SessionOptions } from './train/session.js';
export type { TrainingOutcome, TrainingProgress } from './train/trainer.js';
export { UserError } from './util/errors.js';

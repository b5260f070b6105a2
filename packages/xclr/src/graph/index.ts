// Similarity graphs and the text encoders behind them.
export type { Matrix } from './array-files.js';
export { type BatchTargets, batchTargets, meanSimilarity } from './batch-targets.js';
export { type Calibration, type CalibrationOptions, calibrateGraph } from './calibrate.js';
export { type CaptionKind, captionKind } from './caption-kind.js';
export type { CaptionRows } from './caption-store/caption-rows.js';
export type { RowMap } from './caption-store/mapped-rows.js';
export type { StoreOptions, StorePrecision } from './caption-store/sharded-store.js';
export { type EncodeDatasetOptions, encodeDataset } from './caption-store.js';
export type { CaptionDocument, CaptionedSample, CaptionTemplate, WeightedText } from './caption-template.js';
export { ClipTextEncoder, type ClipTextOptions } from './clip/encoder.js';
export { drawRow, type RowChoices, rowChoices } from './drawn-rows.js';
export { type DuplicateCaption, duplicateCaptions } from './duplicates.js';
export { type NamedMatrix, readMatrix } from './matrix-file.js';
export { classMatrixGraph, type MatrixGraphOptions, matrixGraph, namedMatrixGraph } from './matrix-graph.js';
export { PerplexityGraph } from './perplexity-graph.js';
export { RandomGraph, type RandomGraphOptions } from './random-graph.js';
export { identityGraph, labelCodes, labelGraph } from './same-graph.js';
export { defaultModel } from './sentence-transformer/default-model.js';
export {
  SentenceTransformerEncoder,
  type SentenceTransformerOptions,
} from './sentence-transformer/encoder.js';
export {
  type Availability,
  type ModelPrecision,
  sentenceTransformerAvailable,
} from './sentence-transformer/model-files.js';
export type { SimilarityGraph } from './similarity-graph.js';
export * from './sources.js';
export { StaticEncoder } from './static/encoder.js';
export { type TargetRemark, targetRemarks } from './target-remarks.js';
export { distributionSums, statisticsOfSums, type TargetStatistics } from './target-statistics.js';
export type { EncodedCaptions, EncodeOptions, TextEncoder } from './text-encoder.js';
export { type RowsOfSamples, TextGraph, type TextGraphOptions } from './text-graph.js';
export { WordNetEncoder, type WordNetEncoderOptions } from './wordnet/encoder.js';

// xclr/graph: similarity graphs, the text encoders behind them, and the temperature that suits them.
export {
  type AttributeColumn,
  type AttributeGraphOptions,
  attributeGraph,
} from '../graph/attribute-graph.js';
export { type Calibration, type CalibrationOptions, calibrate, calibrateGraph } from '../graph/calibrate.js';
export { CaptionStore, type StoreOptions } from '../graph/caption-store/sharded-store.js';
export { type EncodeDatasetOptions, encodeDataset, readCaptionStore } from '../graph/caption-store.js';
export { ClipTextEncoder, type ClipTextOptions } from '../graph/clip/encoder.js';
export { type Embeddings, type EmbeddingsOptions, readEmbeddings } from '../graph/embeddings.js';
export { type NamedMatrix, readMatrix } from '../graph/matrix-file.js';
export { classMatrixGraph, type MatrixGraphOptions, matrixGraph } from '../graph/matrix-graph.js';
export { type GraphPart, MixGraph } from '../graph/mix-graph.js';
export { postprocessVectors, type VectorPostprocessing } from '../graph/postprocess-vectors.js';
export { RandomGraph, type RandomGraphOptions } from '../graph/random-graph.js';
export { identityGraph, labelCodes, labelGraph } from '../graph/same-graph.js';
export {
  SentenceTransformerEncoder,
  type SentenceTransformerOptions,
} from '../graph/sentence-transformer/encoder.js';
export { type SetGraphOptions, setGraph } from '../graph/set-graph.js';
export type { SimilarityGraph } from '../graph/similarity-graph.js';
export { StaticEncoder } from '../graph/static/encoder.js';
export { type TargetStatistics, targetStatistics } from '../graph/target-statistics.js';
export {
  type TaxonomyGraphOptions,
  type TaxonomySimilarity,
  taxonomyGraph,
} from '../graph/taxonomy/graph.js';
export { readTaxonomy } from '../graph/taxonomy/read.js';
export { type Edge, type Taxonomy, taxonomyOf } from '../graph/taxonomy/tree.js';
export type { EncodedCaptions, EncodeOptions, TextEncoder } from '../graph/text-encoder.js';
export { TextGraph, type TextGraphOptions } from '../graph/text-graph.js';
export { WordNetEncoder, type WordNetEncoderOptions } from '../graph/wordnet/encoder.js';

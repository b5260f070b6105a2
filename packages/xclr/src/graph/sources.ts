// Sources of similarity beyond captions and matrices, and post-processing.
export { type AttributeColumn, type AttributeGraphOptions, attributeGraph } from './attribute-graph.js';
export { describeSamples, readDescriptions } from './descriptions.js';
export { type Embeddings, type EmbeddingsOptions, readEmbeddings, rowsOfEmbeddings } from './embeddings.js';
export { type GraphPart, MixGraph } from './mix-graph.js';
export type { PairGraphOptions } from './pair-graph.js';
export { postprocessVectors, type VectorPostprocessing } from './postprocess-vectors.js';
export {
  clipNegatives,
  keepTopK,
  PostprocessedGraph,
  type SimilarityPostprocess,
} from './postprocessed-graph.js';
export { type SetGraphOptions, setGraph, splitSet } from './set-graph.js';
export { type Level, smoothRows } from './smooth-rows.js';
export { type TaxonomyGraphOptions, type TaxonomySimilarity, taxonomyGraph } from './taxonomy/graph.js';
export { readTaxonomy } from './taxonomy/read.js';
export { type Edge, type Taxonomy, taxonomyOf } from './taxonomy/tree.js';
export { glossDescriptions } from './wordnet/glosses.js';

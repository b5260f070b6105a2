// Embedding images into files, and reading them.
export { type EmbedOptions, type EmbedOutcome, embedDataset } from './embed-dataset.js';
export { type EmbeddedItems, type Item, refuseRepeatedIds } from './item.js';
export { type Embeddings, openEmbeddings } from './open-embeddings.js';

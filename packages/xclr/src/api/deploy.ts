// xclr/deploy: everything after training: export, distillation, embedding, search, server, browser.
export { type DistillOptions, distill } from '../deploy/distill/distill.js';
export { type EmbedOptions, type EmbedOutcome, embedDataset } from '../deploy/embed/embed-dataset.js';
export type { EmbeddedItems, Item } from '../deploy/embed/item.js';
export { type Embeddings, openEmbeddings } from '../deploy/embed/open-embeddings.js';
export type {
  EncoderIdentity,
  ImageEncoder,
  ImageInput,
  PreparedImage,
} from '../deploy/encoder/image-encoder.js';
export { OnnxEncoder, type OnnxEncoderOptions } from '../deploy/encoder/onnx-encoder.js';
export { type OpenEncoderOptions, openEncoder } from '../deploy/encoder/open.js';
export { RunEncoder, type RunEncoderOptions } from '../deploy/encoder/run-encoder.js';
export type { ExportedFile, ExportReport } from '../deploy/export/export-report.js';
export { type ExportOptions, exportRun } from '../deploy/export/export-run.js';
export type { Format } from '../deploy/export/formats.js';
export { type NewIndexOptions, readAll, readNewIndex } from '../deploy/search/build-index.js';
export type { ColumnKind, Columns } from '../deploy/search/columns.js';
export { type Condition, type Operator, parseConditions } from '../deploy/search/conditions.js';
export { type DuplicateGroup, duplicateGroups } from '../deploy/search/duplicates.js';
export { FolderIndex, type FolderIndexOptions, type NewIndex } from '../deploy/search/folder-index.js';
export { openIndex } from '../deploy/search/open-index.js';
export { PostgresIndex, type PostgresIndexOptions } from '../deploy/search/postgres/postgres-index.js';
export { ask, type Query, type QueryOptions } from '../deploy/search/query.js';
export type { Match, SearchOptions, StoredItem, VectorIndex } from '../deploy/search/vector-index.js';
export { type ClientOptions, ServerError, XclrClient } from '../deploy/serve/client.js';
export type { ServeOptions } from '../deploy/serve/options.js';
export { type Listening, type ListenOptions, listen } from '../deploy/serve/server.js';
export { type CatalogOptions, type CatalogReport, exportCatalog } from '../deploy/web/catalog.js';
export { exportWeb, type WebExportOptions } from '../deploy/web/export-web.js';

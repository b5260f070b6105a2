// Indexes of embedded images: building, searching, changing.
export { type NewIndexOptions, readAll, readNewIndex } from './build-index.js';
export type { ColumnKind, Columns } from './columns.js';
export { type Condition, type Operator, parseConditions } from './conditions.js';
export { diversified } from './diversify.js';
export { type DuplicateGroup, duplicateGroups } from './duplicates.js';
export { FolderIndex, type FolderIndexOptions, type NewIndex } from './folder-index.js';
export { duplicatePage, type GalleryQuery, galleryPage } from './gallery.js';
export { openIndex } from './open-index.js';
export { PostgresIndex, type PostgresIndexOptions } from './postgres/postgres-index.js';
export { ask, type Diversify, type Query, type QueryOptions, refuseOtherEncoder } from './query.js';
export { Space } from './space.js';
export type { Precision } from './stored-vectors.js';
export type { TextMapFacts } from './text-map.js';
export type {
  Match,
  SearchOptions,
  StoredItem,
  VectorIndex,
} from './vector-index.js';

// The one small interface behind which every index works: a folder, or a table in PostgreSQL.
import type { EmbeddedItems, Item } from '../embed/index.js';
import type { EncoderIdentity } from '../encoder/index.js';
import type { Columns } from './columns.js';
import type { Condition } from './conditions.js';
import type { Space } from './space.js';
import type { TextMap } from './text-map.js';

/** An item that was found, with its similarity. */
export interface Match {
  readonly item: Item;
  /** Cosine in the index's space. */
  readonly similarity: number;
}

/** An item of an index with its vector. */
export interface StoredItem {
  readonly item: Item;
  /** (dimensions) unit row in the index's space. */
  readonly vector: Float32Array;
}

/** Number and filter of the results. */
export interface SearchOptions {
  /** Every one must hold. */
  readonly conditions?: readonly Condition[] | undefined;
  /** Ids that are not wanted, such as the query's own. */
  readonly except?: ReadonlySet<string> | undefined;
}

/** An index of embedded images, in a folder or in PostgreSQL. */
export interface VectorIndex extends AsyncDisposable {
  /** For people: a folder, or a table. */
  readonly name: string;
  readonly encoder: EncoderIdentity;
  readonly space: Space;
  readonly columns: Columns;
  /** Items in it. */
  readonly size: number;
  /** From words to vectors; null where it was built without. */
  readonly textMap: TextMap | null;
  /** How it searches, for people: 'exact', 'HNSW'. */
  readonly method: string;
  /**
   * The k nearest, nearest first; equal ones by id. Fewer where fewer pass.
   * @param query (dimensions) unit vector in the index's space
   */
  search(query: Float32Array, k: number, options?: SearchOptions): Promise<Match[]>;
  /** In the order of the ids; undefined for one that is not there. */
  get(ids: readonly string[]): Promise<(StoredItem | undefined)[]>;
  /** All items with their vectors in the index's space, some hundred at a time. */
  entries(): AsyncGenerator<EmbeddedItems>;
  /** Adds items, in place of those with the same ids. @param added as the encoder gave them */
  upsert(added: EmbeddedItems): Promise<void>;
  /** Removes items; ids that are not there do no harm. @returns how many there were */
  remove(ids: readonly string[]): Promise<number>;
}

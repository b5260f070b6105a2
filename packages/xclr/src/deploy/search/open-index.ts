// Opens every kind of index: a folder, or a table of a PostgreSQL database.
import { FolderIndex } from './folder-index.js';
import { PostgresIndex } from './postgres/postgres-index.js';
import type { VectorIndex } from './vector-index.js';

/**
 * Opens an index: a folder, or a table of PostgreSQL.
 * @param name a folder, or with `postgres` (a connection URL) a table's name
 * @param options `ef`: candidates that HNSW looks at for each query, in place of the index's own number
 */
export async function openIndex(
  name: string,
  options: { readonly postgres?: string | undefined; readonly ef?: number | undefined } = {},
): Promise<VectorIndex> {
  const { postgres, ef } = options;
  return postgres === undefined ? FolderIndex.open(name, { ef }) : PostgresIndex.open(postgres, name, { ef });
}

// Opens every kind of index: a folder, or a table of a PostgreSQL database.
import { FolderIndex } from './folder-index.js';
import { PostgresIndex } from './postgres/postgres-index.js';
import type { VectorIndex } from './vector-index.js';

/**
 * Opens an index: a folder, or a table of PostgreSQL.
 * @param name a folder, or with `postgres` (a connection URL) a table's name
 */
export async function openIndex(name: string, postgres?: string): Promise<VectorIndex> {
  return postgres === undefined ? FolderIndex.open(name) : PostgresIndex.open(postgres, name);
}

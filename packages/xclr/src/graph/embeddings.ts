// The user's own vectors: read from a file, matched to samples or classes by id, never by guess.
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { UserError } from '../util/errors.js';
import { type Matrix, readNpyMatrix, readSafetensorsMatrix } from './array-files.js';
import { shortened } from './taxonomy/tree.js';
import type { RowsOfSamples } from './text-graph.js';

/** A user's own vectors, with the ids or classes that they belong to. */
export interface Embeddings extends Matrix {
  /** (rows) whose vector each is, or null where the file does not say. */
  readonly ids: readonly string[] | null;
}

/** How a file of a user's own vectors is read. */
export interface EmbeddingsOptions {
  /** Parquet: the column of vectors. Default: embedding. */
  column?: string;
  /** Parquet: the column of ids. */
  idColumn?: string;
  /** A text file with one id per line, in the order of the rows. */
  idsPath?: string;
}

/** Reads .npy, .safetensors (its only matrix; `ids` in its metadata) or .parquet (a column of lists of numbers). */
export async function readEmbeddings(path: string, options: EmbeddingsOptions = {}): Promise<Embeddings> {
  const kind = extname(path).toLowerCase();
  try {
    const ids = options.idsPath === undefined ? null : linesOf(options.idsPath);
    if (kind === '.npy') return { ...readNpyMatrix(path), ids };
    if (kind === '.safetensors') {
      const matrix = readSafetensorsMatrix(path);
      return { ...matrix, ids: ids ?? matrix.ids };
    }
    if (kind === '.parquet') {
      const table = await readParquet(path, options);
      return { ...table, ids: table.ids ?? ids };
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new UserError(`embeddings: ${error.message}`);
    }
    throw error;
  }
  throw new UserError(`embeddings: expected .npy, .safetensors or .parquet, got ${path}`);
}

/** A text file's lines. */
export function linesOf(path: string): string[] {
  return readFileSync(path, 'utf8')
    .replace(/\r?\n$/u, '')
    .split(/\r?\n/u);
}

async function readParquet(path: string, options: EmbeddingsOptions): Promise<Embeddings> {
  const { column = 'embedding', idColumn } = options;
  const columns = idColumn === undefined ? [column] : [column, idColumn];
  const file = await asyncBufferFromFile(path);
  const records = await parquetReadObjects({ file, columns, compressors });
  const first: unknown = records[0]?.[column];
  const width = isNumbers(first) ? first.length : 0;
  const values = new Float32Array(records.length * width);
  const ids: string[] = [];
  for (const [i, record] of records.entries()) {
    const vector: unknown = record[column];
    if (!isNumbers(vector) || vector.length !== width) {
      const got = isNumbers(vector) ? `${vector.length} numbers` : 'no list of numbers';
      throw new UserError(
        `${path}: row ${i} of '${column}' must hold ${width} numbers like the first, got ${got}`,
      );
    }
    values.set(vector, i * width);
    if (idColumn !== undefined) ids.push(String(record[idColumn]));
  }
  return { values, rows: records.length, columns: width, ids: idColumn === undefined ? null : ids };
}

function isNumbers(value: unknown): value is ArrayLike<number> {
  if (value instanceof Float32Array || value instanceof Float64Array) return true;
  return Array.isArray(value) && value.every((one) => typeof one === 'number');
}

/**
 * Unit rows of samples. `keys` names what each sample is looked up by: its id, or its label for one vector a class.
 * Without ids the rows must be as many as the distinct keys and follow `order` (the samples', or the sorted labels').
 */
export function rowsOfEmbeddings(
  embeddings: Embeddings,
  keys: readonly string[],
  order: readonly string[] = keys,
): RowsOfSamples {
  const { rows, columns: dimensions } = embeddings;
  if (rows === 0 || dimensions === 0)
    throw new UserError(`embeddings: expected rows of numbers, got ${rows} × ${dimensions}`);
  if (embeddings.ids === null && rows !== order.length) {
    throw new UserError(
      `embeddings: without ids there must be ${order.length} rows, one each in order, got ${rows}`,
      'Name the ids: --graph-id-column for Parquet, --graph-ids for a text file with one id per line.',
    );
  }
  const ids = embeddings.ids ?? order;
  if (ids.length !== rows) throw new UserError(`embeddings: ${rows} vectors, but ${ids.length} ids`);
  const placeOf = new Map(ids.map((id, row) => [id, row]));
  if (placeOf.size < rows) {
    const twice = ids.filter((id, row) => placeOf.get(id) !== row);
    throw new UserError(`embeddings: ids must be distinct, got twice: ${shortened(twice)}`);
  }
  const missing = [...new Set(keys)].filter((key) => !placeOf.has(key));
  if (missing.length > 0) {
    const wanted = new Set(keys);
    const unused = ids.filter((id) => !wanted.has(id));
    throw new UserError(
      `embeddings: no vector for: ${shortened(missing)}`,
      `Vectors that nothing in the data matches: ${unused.length === 0 ? 'none' : shortened(unused)}.`,
    );
  }
  const rowOf = Int32Array.from(keys, (key) => placeOf.get(key)!);
  return { vectors: unitRows(embeddings, ids), dimensions, rowOf };
}

function unitRows({ values, rows, columns }: Matrix, ids: readonly string[]): Float32Array {
  const unit = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    let squares = 0;
    for (let i = row * columns; i < (row + 1) * columns; i++) squares += values[i]! ** 2;
    if (!(squares > 0 && Number.isFinite(squares))) {
      throw new UserError(
        `embeddings: every vector must be finite and not zero; row ${row} ('${ids[row]}') has length ${Math.sqrt(squares)}`,
      );
    }
    const scale = 1 / Math.sqrt(squares);
    for (let i = row * columns; i < (row + 1) * columns; i++) unit[i] = values[i]! * scale;
  }
  return unit;
}

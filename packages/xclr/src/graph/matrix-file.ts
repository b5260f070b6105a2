// A user's similarity matrix from a file: read, then checked.
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import Papa from 'papaparse';
import { UserError } from '../util/errors.js';
import { type Matrix, readNpyMatrix, readSafetensorsMatrix } from './array-files.js';
import { linesOf } from './embeddings.js';

/** A square matrix, with the names of its rows where the file has them. */
export interface NamedMatrix extends Matrix {
  readonly names: readonly string[] | null;
}

const ASYMMETRY_ALLOWED = 1e-4;

function readTable(path: string): NamedMatrix {
  const parsed = Papa.parse<string[]>(readFileSync(path, 'utf8').replace(/\s+$/u, ''), {
    skipEmptyLines: true,
  });
  const table = parsed.data;
  const numeric = (cell: string | undefined) =>
    cell !== undefined && cell.trim() !== '' && Number.isFinite(Number(cell));
  const named =
    table.length > 1 && table[0]!.length === table.length && !numeric(table[0]![0]) && !numeric(table[0]![1]);
  const body = named ? table.slice(1).map((row) => row.slice(1)) : table;
  const columns = body[0]?.length ?? 0;
  const values = new Float32Array(body.length * columns);
  body.forEach((row, i) => {
    if (row.length !== columns) {
      throw new UserError(`${path}: row ${i + 1} has ${row.length} numbers, the first has ${columns}`);
    }
    row.forEach((cell, j) => {
      if (!numeric(cell)) {
        throw new UserError(`${path}: expected a number in row ${i + 1}, column ${j + 1}, got '${cell}'`);
      }
      values[i * columns + j] = Number(cell);
    });
  });
  const names = named ? table.slice(1).map((row) => row[0] ?? '') : null;
  if (names?.some((name, i) => name !== table[0]![i + 1])) {
    throw new UserError(
      `${path}: the names of rows and columns differ`,
      'The first row and the first column must hold the same names in the same order.',
    );
  }
  return { values, rows: body.length, columns, names };
}

/**
 * Reads .npy, .safetensors (its only 2-d tensor; names as `ids` in its metadata), .csv or .tsv (numbers; names in first row and
 * column if any).
 * @param options namesPath: a text file with a name a line, in the order of the rows
 */
export function readMatrix(
  path: string,
  { namesPath }: { namesPath?: string | undefined } = {},
): NamedMatrix {
  const kind = extname(path).toLowerCase();
  try {
    const names = namesPath === undefined ? null : linesOf(namesPath);
    if (kind === '.npy') return withNames({ ...readNpyMatrix(path), names }, namesPath);
    if (kind === '.safetensors') {
      const { ids, ...matrix } = readSafetensorsMatrix(path);
      return withNames({ ...matrix, names: names ?? ids }, namesPath ?? path);
    }
    if (kind === '.csv' || kind === '.tsv') {
      const table = readTable(path);
      return withNames({ ...table, names: names ?? table.names }, namesPath);
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new UserError(`readMatrix: there is no file ${'path' in error ? error.path : path}`);
    }
    throw error;
  }
  throw new UserError(`readMatrix: expected .npy, .safetensors, .csv or .tsv, got ${path}`);
}

function withNames(matrix: NamedMatrix, where: string | undefined): NamedMatrix {
  if (matrix.names === null || matrix.names.length === matrix.rows) return matrix;
  throw new UserError(
    `readMatrix: ${where} has ${matrix.names.length} names for ${matrix.rows} rows`,
    'There must be one name a row, in the order of the rows.',
  );
}

/**
 * Checks that a matrix can say how similar `size` samples or classes are: square, of that size, finite,
 * symmetric within 1e-4. `what` names it in messages.
 */
export function checkSimilarities(matrix: Matrix, size: number, what: string): void {
  const { values, rows, columns } = matrix;
  if (rows !== columns) throw new UserError(`${what} must be square, got ${rows} × ${columns}`);
  if (rows !== size) {
    throw new UserError(
      `${what} must be ${size} × ${size}, one row each, got ${rows} × ${columns}`,
      'Rows follow the order of the data set’s samples (or the given list of classes).',
    );
  }
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j <= i; j++) {
      const there = values[i * rows + j]!;
      const back = values[j * rows + i]!;
      if (!Number.isFinite(there) || !Number.isFinite(back)) {
        throw new UserError(
          `${what} must be finite, got ${Number.isFinite(there) ? back : there} at (${i}, ${j})`,
        );
      }
      if (Math.abs(there - back) > ASYMMETRY_ALLOWED) {
        throw new UserError(
          `${what} must be symmetric, got ${there} at (${i}, ${j}) and ${back} at (${j}, ${i})`,
          'If it should be symmetric, average it with its transpose.',
        );
      }
    }
  }
}

// Parquet files as tables: paths or the images' bytes, as Hugging Face's data sets store them.

import { existsSync, readFileSync, statSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { sha256 } from '../../util/checksum.js';
import { UserError } from '../../util/errors.js';
import { replaceFileAsync, writeFileAtomic } from '../../util/files.js';
import { extractPath } from '../extracted.js';
import type { ImageRef, Problem } from '../types.js';
import { PackedColumn } from './packed-column.js';
import type { Cell, Table } from './table.js';

type Row = Readonly<Record<string, unknown>>;

/** Rows read at a time: with images of 100 kB, some 50 MB. */
const rowsAtATime = 512;

/** Names that an image's column has, in order of preference. */
const imageColumns = ['image', 'picture', 'img', 'jpg', 'bytes'];

function isRecord(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
  );
}

function bytesOf(value: unknown): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value;
  return isRecord(value) && value.bytes instanceof Uint8Array ? value.bytes : undefined;
}

function cellOf(value: unknown): Cell {
  if (value === null || value === undefined || value instanceof Uint8Array) return undefined;
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  if (typeof value === 'object')
    return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? Number(part) : part));
  return String(value);
}

/** Names of class labels, where Hugging Face's metadata give them: { label: ['cat', 'dog'] }. */
function classNames(metadata: readonly { key: string; value?: string | undefined }[]): Map<string, string[]> {
  const names = new Map<string, string[]>();
  const text = metadata.find(({ key }) => key === 'huggingface')?.value;
  if (text === undefined) return names;
  try {
    const features: unknown = (JSON.parse(text) as { info?: { features?: unknown } }).info?.features;
    if (!isRecord(features)) return names;
    for (const [column, feature] of Object.entries(features)) {
      if (isRecord(feature) && Array.isArray(feature.names)) names.set(column, feature.names.map(String));
    }
  } catch {
    // metadata that are not what they say they are name no classes
  }
  return names;
}

/** What is known of the bytes of images that were copied out. */
interface Extracted {
  readonly path: string;
  /** (rows + 1) where each row's image begins; equal numbers where it has none. */
  readonly offsets: Float64Array;
}

class ParquetTable implements Table {
  readonly columns: readonly string[];
  readonly problems: readonly Problem[] = [];
  readonly digest: string;
  readonly expectedRows: number;
  readonly #name: string;
  readonly #cells: readonly PackedColumn[];

  constructor(
    name: string,
    digest: string,
    rows: number,
    cells: ReadonlyMap<string, PackedColumn>,
    extracted: Extracted | undefined,
  ) {
    this.#name = name;
    this.digest = digest;
    this.expectedRows = rows;
    this.columns = [...cells.keys()];
    this.#cells = [...cells.values()];
    if (extracted !== undefined) {
      const { path, offsets } = extracted;
      this.image = (row) => {
        const [offset, end] = [offsets[row]!, offsets[row + 1]!];
        return end === offset ? undefined : { path, part: { offset, length: end - offset } };
      };
    }
  }

  readonly image?: (row: number) => ImageRef | undefined;

  forEachRow(visit: (row: number) => void): void {
    for (let row = 0; row < this.expectedRows; row++) visit(row);
  }

  cell(row: number, column: number): Cell {
    return this.#cells[column]!.at(row);
  }

  where(row: number): string {
    return `${this.#name}:${row + 1}`;
  }
}

function offsetsFile(path: string): string {
  return `${path}.offsets`;
}

function readOffsets(path: string, rows: number): Float64Array | undefined {
  if (!existsSync(path) || !existsSync(offsetsFile(path))) return undefined;
  const bytes = readFileSync(offsetsFile(path));
  if (bytes.length !== 8 * (rows + 1)) return undefined;
  const offsets = new Float64Array(rows + 1);
  new Uint8Array(offsets.buffer).set(bytes);
  return statSync(path).size === offsets[rows] ? offsets : undefined;
}

/**
 * Reads a Parquet file. Texts are kept in memory; the bytes of images are copied once, a few hundred rows at a time,
 * into a file of their own, where samples refer to them (`.cache/images`; later openings find it there).
 * @throws {UserError} for a file that is damaged or not Parquet
 */
export async function readParquet(path: string, imageColumn?: string): Promise<Table> {
  const name = basename(path);
  try {
    return await readWhole(path, name, imageColumn);
  } catch (error) {
    if (error instanceof UserError || (error as NodeJS.ErrnoException).code !== undefined) throw error;
    throw new UserError(
      `openDataset: ${path} cannot be read as Parquet: ${(error as Error).message}`,
      'The file is truncated, damaged or not a Parquet file: download or write it again.',
    );
  }
}

async function readWhole(path: string, name: string, chosen: string | undefined): Promise<Table> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  const rows = Number(metadata.num_rows);
  const top = parquetSchema(metadata).children.map(({ element }) => element.name);
  const labels = classNames(metadata.key_value_metadata ?? []);
  const read = (start: number, columns: string[]) =>
    parquetReadObjects({
      file,
      metadata,
      columns,
      rowStart: start,
      rowEnd: Math.min(rows, start + rowsAtATime),
      compressors,
      utf8: false,
    }) as Promise<Row[]>;

  const images = await columnWithBytes(top, chosen, (columns) => read(0, columns), rows);
  const copy = images === undefined ? undefined : extractPath(path, '.bin');
  let offsets = copy === undefined ? undefined : readOffsets(copy, rows);
  const cells = new Map(
    top.filter((column) => column !== images).map((column) => [column, new PackedColumn()]),
  );

  const pass = async (aside?: FileHandle): Promise<void> => {
    const found = aside === undefined ? undefined : new Float64Array(rows + 1);
    const columns = found === undefined && images !== undefined ? top.filter((one) => one !== images) : top;
    for (let start = 0; start < rows; start += rowsAtATime) {
      const part = columns.length === 0 ? [] : await read(start, columns);
      for (const [i, row] of part.entries()) {
        for (const [column, cell] of cells) {
          const value = row[column];
          const names = labels.get(column);
          cell.push(names === undefined ? cellOf(value) : (names[Number(value)] ?? cellOf(value)));
        }
        if (found === undefined || aside === undefined || images === undefined) continue;
        const bytes = bytesOf(row[images]) ?? new Uint8Array(0);
        if (bytes.length > 0) await aside.write(bytes, 0, bytes.length, found[start + i]!);
        found[start + i + 1] = found[start + i]! + bytes.length;
      }
    }
    if (found !== undefined) offsets = found;
  };
  if (copy === undefined || offsets !== undefined) await pass();
  else {
    // Where images lie is written first, then the copy takes its name: a kill in between leaves nothing half.
    await replaceFileAsync(copy, async (aside) => {
      await pass(aside);
      writeFileAtomic(offsetsFile(copy), new Uint8Array(offsets!.buffer));
    });
  }
  const digest = sha256(JSON.stringify([name, statSync(path).size, rows, top]));
  const extracted = copy === undefined || offsets === undefined ? undefined : { path: copy, offsets };
  return new ParquetTable(name, digest, rows, cells, extracted);
}

/** The column whose first rows hold bytes; null where there is none. */
async function columnWithBytes(
  columns: readonly string[],
  chosen: string | undefined,
  read: (columns: string[]) => Promise<Row[]>,
  rows: number,
): Promise<string | undefined> {
  if (rows === 0) return undefined;
  const usual = imageColumns.filter((name) => columns.includes(name));
  for (const column of chosen !== undefined && columns.includes(chosen) ? [chosen] : usual) {
    const first = await read([column]);
    if (first.some((row) => bytesOf(row[column]) !== undefined)) return column;
  }
  return undefined;
}

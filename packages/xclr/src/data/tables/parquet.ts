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
import { PackedColumn, type Structured } from './packed-column.js';
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

/** How the values of a column are written as text. */
interface Writing {
  /** Names of class labels, where Hugging Face's metadata give them. */
  readonly names?: readonly string[] | undefined;
  /** True for days, which have no time. */
  readonly days: boolean;
}

/** Integers beyond 2^53 as text, times as ISO 8601: what JSON can hold without loss. */
function jsonOf(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part !== 'bigint') return part;
    const number = Number(part);
    return Number.isSafeInteger(number) ? number : String(part);
  });
}

/** Class labels by name; −1 is Hugging Face's mark for none. */
function classOf(value: unknown, names: readonly string[]): Cell | Structured {
  if (value === null || value === undefined) return undefined;
  const code = Number(value);
  return code === -1 ? undefined : (names[code] ?? { printed: String(value), kind: 'scalar' });
}

function cellOf(value: unknown, { names, days }: Writing): Cell | Structured {
  if (value === null || value === undefined || value instanceof Uint8Array) return undefined;
  if (names !== undefined) return classOf(value, names);
  if (typeof value === 'string') return value;
  if (value instanceof Date) {
    const text = Number.isNaN(value.getTime()) ? '' : value.toISOString();
    return days ? text.slice(0, 10) : text;
  }
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  return typeof value === 'object'
    ? { printed: jsonOf(value), kind: 'object' }
    : { printed: String(value), kind: 'scalar' };
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
    paths: { readonly name: string; readonly byRow: ReadonlyMap<number, string> } | undefined,
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
      this.imagePath = (row) => paths?.byRow.get(row);
    } else if (paths !== undefined) {
      // A column of images none of which has bytes: a column of paths.
      const column = new PackedColumn();
      for (let row = 0; row < rows; row++) column.push(paths.byRow.get(row));
      this.columns = [...this.columns, paths.name];
      this.#cells = [...this.#cells, column];
    }
  }

  readonly image?: (row: number) => ImageRef | undefined;
  readonly imagePath?: (row: number) => string | undefined;

  forEachRow(visit: (row: number) => void): void {
    for (let row = 0; row < this.expectedRows; row++) visit(row);
  }

  cell(row: number, column: number): Cell {
    return this.#cells[column]!.at(row);
  }

  value(row: number, column: number): unknown {
    return this.#cells[column]!.valueAt(row);
  }

  where(row: number): string {
    return `${this.#name}:${row + 1}`;
  }
}

function offsetsFile(path: string): string {
  return `${path}.offsets`;
}

/** Paths of the rows that have no bytes, where there are any. */
function pathsFile(path: string): string {
  return `${path}.paths`;
}

function readPaths(path: string): Map<number, string> {
  const file = pathsFile(path);
  return existsSync(file) ? new Map(JSON.parse(readFileSync(file, 'utf8')) as [number, string][]) : new Map();
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
  const schema = parquetSchema(metadata).children;
  const top = schema.map(({ element }) => element.name);
  const days = new Set(
    schema
      .filter(({ element }) => element.converted_type === 'DATE' || element.logical_type?.type === 'DATE')
      .map(({ element }) => element.name),
  );
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

  const images = columnOfImages(schema, chosen, name);
  const hasBytes =
    images !== undefined && (await findsBytes(images.name, (columns, start) => read(start, columns), rows));
  const copy = hasBytes ? extractPath(path, '.bin') : undefined;
  let offsets = copy === undefined ? undefined : readOffsets(copy, rows);
  const pathOfRow = copy === undefined || offsets === undefined ? new Map<number, string>() : readPaths(copy);
  const withPaths = images?.paths === true;
  // The images' column is none of texts, unless it turns out to hold neither bytes nor paths.
  const isImages = (column: string) => column === images?.name && (hasBytes || withPaths);
  const cells = new Map(
    top.filter((column) => !isImages(column)).map((column) => [column, new PackedColumn()]),
  );

  const pass = async (aside?: FileHandle): Promise<void> => {
    const found = aside === undefined ? undefined : new Float64Array(rows + 1);
    // Bytes that were copied out already are not read again: they may be gigabytes.
    const columns = found === undefined && hasBytes ? top.filter((one) => !isImages(one)) : top;
    for (let start = 0; start < rows; start += rowsAtATime) {
      const part = columns.length === 0 ? [] : await read(start, columns);
      for (const [i, row] of part.entries()) {
        for (const [column, cell] of cells) {
          cell.push(cellOf(row[column], { names: labels.get(column), days: days.has(column) }));
        }
        if (images === undefined || !columns.includes(images.name)) continue;
        const bytes = bytesOf(row[images.name]) ?? new Uint8Array(0);
        const beside = pathOf(row[images.name]);
        if (withPaths && bytes.length === 0 && beside !== undefined) pathOfRow.set(start + i, beside);
        if (found === undefined || aside === undefined) continue;
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
      if (pathOfRow.size > 0) writeFileAtomic(pathsFile(copy), JSON.stringify([...pathOfRow]));
      writeFileAtomic(offsetsFile(copy), new Uint8Array(offsets!.buffer));
    });
  }
  const digest = sha256(JSON.stringify([name, statSync(path).size, rows, top]));
  const extracted = copy === undefined || offsets === undefined ? undefined : { path: copy, offsets };
  const paths = withPaths ? { name: chosen ?? 'image.path', byRow: pathOfRow } : undefined;
  return new ParquetTable(name, digest, rows, cells, extracted, paths);
}

/** The path in Hugging Face's { bytes, path }. */
function pathOf(value: unknown): string | undefined {
  return isRecord(value) && typeof value.path === 'string' ? value.path : undefined;
}

type SchemaColumn = ReturnType<typeof parquetSchema>['children'][number];

/** A column that holds images by its type: { bytes, path }, as Hugging Face's Image feature has it, or bytes. */
function holdsImages({ element, children }: SchemaColumn): { name: string; paths: boolean } | undefined {
  const names = children.map((child) => child.element.name);
  if (names.includes('bytes')) return { name: element.name, paths: names.includes('path') };
  const isText =
    element.converted_type === 'UTF8' ||
    element.converted_type === 'JSON' ||
    element.logical_type?.type === 'STRING';
  return children.length === 0 && element.type === 'BYTE_ARRAY' && !isText
    ? { name: element.name, paths: false }
    : undefined;
}

/** The column of images: the chosen one, the usual name, or the only one that is of Hugging Face's type. */
function columnOfImages(
  schema: readonly SchemaColumn[],
  chosen: string | undefined,
  file: string,
): { name: string; paths: boolean } | undefined {
  const found = new Map(
    schema.flatMap((column) => {
      const images = holdsImages(column);
      return images === undefined ? [] : [[images.name, images] as const];
    }),
  );
  if (chosen !== undefined) return found.get(chosen);
  const usual = imageColumns.find((name) => found.has(name));
  if (usual !== undefined) return found.get(usual);
  const typed = [...found.values()].filter(({ paths }) => paths);
  if (typed.length < 2) return typed[0];
  throw new UserError(
    `openDataset: ${file} has several columns of images: ${typed.map(({ name }) => name).join(', ')}`,
    'Choose one with --data-image-column.',
  );
}

/** True where any row of the column has bytes; columns of paths have none. Stops at the first that has. */
async function findsBytes(
  column: string,
  read: (columns: string[], start: number) => Promise<Row[]>,
  rows: number,
): Promise<boolean> {
  for (let start = 0; start < rows; start += rowsAtATime) {
    const part = await read([column], start);
    if (part.some((row) => bytesOf(row[column]) !== undefined)) return true;
  }
  return false;
}

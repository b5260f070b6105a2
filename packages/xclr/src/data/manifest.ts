// Source: a CSV, TSV or JSON-lines manifest with an image, captions or a label, and perhaps split, id and attributes.

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { UserError } from '../util/errors.js';
import { fileFinder } from './find-file.js';
import { findColumns, type NamedColumns, namedColumns } from './tables/columns.js';
import { parseDelimited } from './tables/delimited.js';
import { guessImageColumn, guessImageFolder, guessSplitColumn, pathsNameSplits } from './tables/guess.js';
import { type Head, headOf } from './tables/head.js';
import { parseJsonLinesTable } from './tables/json-lines.js';
import { samplesOfTable } from './tables/samples.js';
import type { Table } from './tables/table.js';
import { encodingRemedy, utf8Bytes } from './text.js';
import type { DatasetOptions, RawDataset, SourceKind, Split } from './types.js';

/** Extensions that readManifest understands. */
export const manifestExtensions = ['.csv', '.tsv', '.jsonl', '.ndjson'];

/** Row starts are kept in 32 bits. */
const mostBytes = 2 ** 32;

function readText(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    if (size >= mostBytes) {
      throw new UserError(
        `openDataset: ${path} has ${size} bytes, more than the limit of 4 GiB for a table`,
        'Split it, or use Parquet.',
      );
    }
    const bytes = Buffer.allocUnsafeSlow(size);
    let at = 0;
    for (let got = -1; got !== 0 && at < size; at += got)
      got = readSync(file, bytes, at, Math.min(size - at, 2 ** 30), null);
    const read = bytes.subarray(0, at);
    return textBytes(read, path);
  } finally {
    closeSync(file);
  }
}

function textBytes(bytes: Buffer, path: string): Buffer {
  try {
    return utf8Bytes(bytes);
  } catch (error) {
    throw new UserError(`openDataset: ${path} ${(error as Error).message}`, encodingRemedy);
  }
}

/** The text of a CSV, TSV or JSON-lines file as a table. */
function parseTable(bytes: Buffer, path: string): Table {
  const name = basename(path);
  const extension = extname(path).toLowerCase();
  if (extension === '.csv' || extension === '.txt') return parseDelimited(bytes, '.csv', name);
  if (extension === '.tsv') return parseDelimited(bytes, extension, name);
  return parseJsonLinesTable(bytes, name);
}

/** Reads a CSV, TSV or JSON-lines file as a table. */
export function readTable(path: string): Table {
  return parseTable(readText(path), path);
}

/** Bytes from the top of a table that tell how it is meant. */
const bytesOfHead = 1 << 18;

/** The first rows of a table's file. None where they are longer than usual rows are, or damaged. */
function headOfFile(path: string): Head {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(bytesOfHead);
    const length = readSync(file, bytes, 0, bytes.length, 0);
    const read = textBytes(bytes.subarray(0, length), path);
    const end = length < bytesOfHead ? read.length : read.lastIndexOf(0x0a) + 1;
    return headOf(parseTable(read.subarray(0, end), path));
  } catch {
    return { columns: [], rows: [] }; // whatever it is, it is said where the whole table is read
  } finally {
    closeSync(file);
  }
}

/** What is taken of a table that it does not say itself, and what is said of that. */
interface Guesses {
  readonly imageColumn: string | undefined;
  readonly splitColumn: string | undefined;
  readonly imageRoot: string | undefined;
  readonly splitOfPaths: boolean;
  readonly said: readonly string[];
}

function guesses(
  path: string,
  table: Table,
  head: Head,
  options: DatasetOptions,
  found: NamedColumns,
): Guesses {
  const said: string[] = [];
  const { columns: chosen = {}, imageRoot: root } = options;
  const inside = table.image !== undefined;
  const find = fileFinder();
  const at = root === undefined ? path : join(resolve(root), basename(path));
  const imageColumn =
    inside || found.image !== undefined || chosen.image !== undefined
      ? undefined
      : guessImageColumn(head, at, find);
  if (imageColumn !== undefined)
    said.push(`has no column of images; the files that the column "${imageColumn}" names were taken`);
  const images = found.image ?? imageColumn;
  const imageRoot =
    inside || images === undefined || root !== undefined
      ? undefined
      : guessImageFolder(head, images, path, find);
  if (imageRoot !== undefined) said.push(`its images were found in ${imageRoot}`);
  const splitColumn = found.split === undefined ? guessSplitColumn(head) : undefined;
  if (splitColumn !== undefined) said.push(`has no column split; the splits in "${splitColumn}" were taken`);
  const splitOfPaths =
    found.split === undefined &&
    splitColumn === undefined &&
    !inside &&
    images !== undefined &&
    pathsNameSplits(head, images);
  return { imageColumn, splitColumn, imageRoot, splitOfPaths, said };
}

/** Reads a manifest; `place` says what the folder that it lies in does. */
export function readManifest(
  path: string,
  template: string,
  options: DatasetOptions,
  place: { readonly split?: Split | null; readonly table?: Table } = {},
): RawDataset {
  const table = place.table ?? readTable(path);
  const name = basename(path);
  if (table.columns.length === 0) {
    table.forEachRow(() => {});
    const [first] = table.problems.filter(({ warning }) => !warning);
    throw new UserError(
      first === undefined
        ? `openDataset: ${path} is empty`
        : `openDataset: no line of ${path} could be read; the first: ${first.where}: ${first.reason}`,
      'A manifest needs a header line (or JSON objects, one a line) and a row for each image.',
    );
  }
  const head = place.table === undefined ? headOfFile(path) : headOf(place.table);
  const named = namedColumns(name, table.columns, options.columns);
  const { imageColumn, splitColumn, imageRoot, splitOfPaths, said } = guesses(
    path,
    table,
    head,
    options,
    named,
  );
  const chosen = {
    ...options.columns,
    ...(imageColumn !== undefined && { image: imageColumn }),
    ...(splitColumn !== undefined && { split: splitColumn }),
  };
  const columns = findColumns(name, table.columns, chosen, { imageInside: table.image !== undefined });
  const root = dirname(path);
  const reading = {
    columns,
    imageRoot: imageRoot ?? (options.imageRoot === undefined ? root : resolve(options.imageRoot)),
    template,
    split: place.split ?? null,
    splitOfPaths: splitOfPaths && (place.split ?? null) === null,
    findFile: fileFinder(),
  };
  const rows = samplesOfTable(table, reading);
  const problems = [
    ...said.map((reason) => ({ where: name, reason, warning: true as const })),
    ...rows.problems,
  ];
  const imagesInside = table.image !== undefined;
  const { digest } = table;
  return { name: nameOf(path), root, ...rows, problems, columns, digest, uniqueIds: true, imagesInside };
}

/** What people call the data: the file's name, or its folder's where all that the file says is 'manifest'. */
function nameOf(path: string): string {
  const name = basename(path, extname(path));
  return /^(manifest|metadata|index|data|captions|labels)$/i.test(name)
    ? basename(dirname(resolve(path)))
    : name;
}

/** True for a JSON file that is an array: of objects, one a row. COCO's and Karpathy's are objects. */
function beginsAsArray(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(1024);
    const length = readSync(file, head, 0, head.length, 0);
    return /^(\ufeff)?\s*\[/.test(head.toString('utf8', 0, length));
  } finally {
    closeSync(file);
  }
}

/** True for a .txt whose first line names a column of images and one of captions: captions.txt of Flickr8k on Kaggle. */
export function beginsAsTable(path: string): boolean {
  try {
    const { columns } = headOfFile(path);
    return columns.length > 1 && findColumns(basename(path), columns).caption !== undefined;
  } catch {
    return false;
  }
}

export const manifest: SourceKind = {
  format: 'table',
  name: 'manifest',
  what: 'a .csv, .tsv or .jsonl manifest',
  recognizes: ({ path, kind, extension }) =>
    kind === 'file' &&
    (manifestExtensions.includes(extension) ||
      (extension === '.json' && beginsAsArray(path)) ||
      (extension === '.txt' && beginsAsTable(path))),
  read: async ({ path }, options) => readManifest(path, options.template, options),
};

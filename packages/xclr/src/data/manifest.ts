// Source: a CSV, TSV or JSON-lines manifest with an image, captions or a label, and perhaps split, id and attributes.

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { basename, dirname, extname, resolve } from 'node:path';
import { UserError } from '../util/errors.js';
import { fileFinder } from './find-file.js';
import { findColumns } from './tables/columns.js';
import { parseDelimited } from './tables/delimited.js';
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

/** Reads a CSV, TSV or JSON-lines file as a table. */
export function readTable(path: string): Table {
  const name = basename(path);
  const bytes = readText(path);
  const extension = extname(path).toLowerCase();
  if (extension === '.csv') return parseDelimited(bytes, extension, name);
  if (extension === '.tsv') return parseDelimited(bytes, extension, name);
  return parseJsonLinesTable(bytes, name);
}

/** Reads a manifest; `place` says what the folder that it lies in does. */
export function readManifest(
  path: string,
  template: string,
  options: DatasetOptions,
  place: { readonly split?: Split | null; readonly table?: Table } = {},
): RawDataset {
  const table = place.table ?? readTable(path);
  if (table.columns.length === 0) {
    throw new UserError(
      `openDataset: ${path} is empty`,
      'A manifest needs a header line (or JSON objects) and a row for each image.',
    );
  }
  const columns = findColumns(basename(path), table.columns, options.columns, {
    imageInside: table.image !== undefined,
  });
  const root = dirname(path);
  const imageRoot = options.imageRoot === undefined ? root : resolve(options.imageRoot);
  const reading = {
    columns,
    imageRoot,
    template,
    split: place.split ?? null,
    findFile: fileFinder(),
  };
  const rows = samplesOfTable(table, reading);
  const imagesInside = table.image !== undefined;
  return { name: nameOf(path), root, ...rows, columns, digest: table.digest, uniqueIds: true, imagesInside };
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

export const manifest: SourceKind = {
  format: 'table',
  name: 'manifest',
  what: 'a .csv, .tsv or .jsonl manifest',
  recognizes: ({ path, kind, extension }) =>
    kind === 'file' &&
    (manifestExtensions.includes(extension) || (extension === '.json' && beginsAsArray(path))),
  read: async ({ path }, options) => readManifest(path, options.template, options),
};

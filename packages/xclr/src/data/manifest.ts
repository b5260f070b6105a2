// Source: a CSV, TSV or JSON-lines manifest with an image, captions or a label, and perhaps split, id and attributes.

import { isUtf8 } from 'node:buffer';
import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { UserError } from '../util/errors.js';
import { imageExtensions } from './class-folders.js';
import { findColumns } from './tables/columns.js';
import { parseDelimited } from './tables/delimited.js';
import { parseJsonLinesTable } from './tables/json-lines.js';
import { samplesOfTable } from './tables/samples.js';
import type { Table } from './tables/table.js';
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
    if (!isUtf8(read)) {
      throw new UserError(
        `openDataset: ${path} is not UTF-8 text`,
        'Save it as UTF-8 (in a spreadsheet: "CSV UTF-8").',
      );
    }
    return read;
  } finally {
    closeSync(file);
  }
}

/** Reads a CSV, TSV or JSON-lines file as a table. */
export function readTable(path: string): Table {
  const name = basename(path);
  const bytes = readText(path);
  const extension = extname(path).toLowerCase();
  if (extension === '.csv') return parseDelimited(bytes, ',', name);
  if (extension === '.tsv') return parseDelimited(bytes, '\t', name);
  return parseJsonLinesTable(bytes, name);
}

/** Finds the file of an image named without its extension; each folder is listed once. */
function extensionFinder(): (path: string) => string | undefined {
  const folders = new Map<string, Map<string, string>>();
  const known = new Set(imageExtensions);
  return (path) => {
    if (known.has(extname(path).toLowerCase())) return undefined;
    const folder = dirname(path);
    let files = folders.get(folder);
    if (files === undefined) {
      files = new Map();
      try {
        for (const name of readdirSync(folder)) {
          const extension = extname(name);
          if (known.has(extension.toLowerCase())) files.set(name.slice(0, -extension.length), name);
        }
      } catch {
        // no such folder: the image is missing, and said to be where files are looked up
      }
      folders.set(folder, files);
    }
    const name = files.get(basename(path));
    return name === undefined ? undefined : join(folder, name);
  };
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
    withExtension: extensionFinder(),
  };
  const rows = samplesOfTable(table, reading);
  return { name: nameOf(path), root, ...rows, digest: table.digest, uniqueIds: true };
}

/** What people call the data: the file's name, or its folder's where all that the file says is 'manifest'. */
function nameOf(path: string): string {
  const name = basename(path, extname(path));
  return /^(manifest|metadata|index|data|captions|labels)$/i.test(name)
    ? basename(dirname(resolve(path)))
    : name;
}

export const manifest: SourceKind = {
  name: 'manifest',
  what: 'a .csv, .tsv or .jsonl manifest',
  recognizes: ({ kind, extension }) => kind === 'file' && manifestExtensions.includes(extension),
  read: async ({ path }, options) => readManifest(path, options.template, options),
};

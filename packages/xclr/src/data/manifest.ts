// Source: a CSV, TSV or JSON-lines manifest with a picture, captions or a label, and perhaps split, id and attributes.

import { readFile } from 'node:fs/promises';
import { basename, dirname, extname, isAbsolute, join, resolve } from 'node:path';
import { UserError } from '../util/errors.js';
import { captionOfClass, cleanText } from './caption.js';
import { type FoundColumns, findColumns } from './manifest-columns.js';
import { parseDelimited, parseJsonRows, type Row, type Table } from './manifest-rows.js';
import { splitFromName, splitNames } from './split.js';
import type { DatasetOptions, Problem, RawDataset, RawSample, SourceKind, Split } from './types.js';

/** Extensions that readManifest understands. */
export const manifestExtensions = ['.csv', '.tsv', '.jsonl', '.ndjson'];

async function readUtf8(path: string): Promise<string> {
  const bytes = await readFile(path);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes); // also drops a byte-order mark
  } catch {
    throw new UserError(
      `openDataset: ${path} is not UTF-8 text`,
      'Save it as UTF-8 (in a spreadsheet: "CSV UTF-8"), so that names in every script survive.',
    );
  }
}

function readTable(text: string, path: string): Table {
  const name = basename(path);
  const extension = extname(path).toLowerCase();
  if (extension === '.csv') return parseDelimited(text, ',', name);
  if (extension === '.tsv') return parseDelimited(text, '\t', name);
  return parseJsonRows(text, name);
}

function textOf(row: Row, column: string | undefined): string {
  const cell = column === undefined ? undefined : row.cells[column];
  return cleanText(cell === undefined || typeof cell === 'string' ? (cell ?? '') : cell.join(' '));
}

/** The captions of a row: a list, or a text; a text that is a JSON list of texts (in CSV) counts as a list. */
function captionsOf(row: Row, column: string): string[] {
  let cell = row.cells[column] ?? '';
  if (typeof cell === 'string' && /^\s*\[\s*"/.test(cell)) {
    try {
      const list: unknown = JSON.parse(cell);
      if (Array.isArray(list) && list.every((item) => typeof item === 'string')) cell = list;
    } catch {
      // a caption that merely begins like a list
    }
  }
  const texts = typeof cell === 'string' ? [cell] : cell;
  return texts.map(cleanText).filter((text) => text !== '');
}

function attributesOf(row: Row, columns: readonly string[]): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const column of columns) {
    const cell = row.cells[column];
    if (cell !== undefined) attributes[column] = typeof cell === 'string' ? cell : cell.join(' ');
  }
  return attributes;
}

/** A row as a sample, or the reason why it cannot be one. */
function sampleOf(
  row: Row,
  columns: FoundColumns,
  context: { where: string; pictureRoot: string; template: string },
): RawSample | string {
  const cell = row.cells[columns.picture];
  const picture = typeof cell === 'string' ? cell.trim() : '';
  if (picture === '') return 'no picture';
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(picture))
    return `"${picture}" is a web address; pictures must be files here`;
  const label = textOf(row, columns.label) || null;
  let captions = columns.caption === undefined ? [] : captionsOf(row, columns.caption);
  if (columns.caption === undefined && label !== null) captions = [captionOfClass(label, context.template)];
  if (captions.length === 0) return columns.caption === undefined ? 'empty label' : 'empty caption';
  let split: Split | null = null;
  const splitName = textOf(row, columns.split);
  if (splitName !== '') {
    const known = splitFromName(splitName);
    if (known === undefined) return `unknown split "${splitName}" (known: ${splitNames})`;
    split = known;
  }
  return {
    id: textOf(row, columns.id) || picture.normalize('NFC'),
    picture: { path: isAbsolute(picture) ? picture : join(context.pictureRoot, picture) },
    captions,
    label,
    split,
    attributes: attributesOf(row, columns.others),
    where: context.where,
  };
}

/** Adds a further caption of the same picture to its sample, where that is what a repeated row means. */
function mergedWith(earlier: RawSample | undefined, sample: RawSample): RawSample | undefined {
  if (earlier === undefined || earlier.label !== sample.label || earlier.split !== sample.split)
    return undefined;
  if (sample.captions.some((caption) => earlier.captions.includes(caption))) return undefined;
  return { ...earlier, captions: [...earlier.captions, ...sample.captions] };
}

/**
 * Reads a manifest. Where no id column is given, the picture's path as written is the id, and further rows of one
 * picture with other captions (as in Flickr30k's and COCO's lists) become further captions of one sample.
 */
export async function readManifest(
  path: string,
  template: string,
  options: DatasetOptions,
): Promise<RawDataset> {
  const table = readTable(await readUtf8(path), path);
  if (table.columns.length === 0) {
    throw new UserError(
      `openDataset: ${path} is empty`,
      'A manifest needs a header line (or JSON objects) and a row for each picture.',
    );
  }
  const columns = findColumns(basename(path), table.columns, options.columns);
  const root = dirname(path);
  const pictureRoot = options.pictureRoot === undefined ? root : resolve(options.pictureRoot);
  const problems: Problem[] = [...table.problems];
  const samples: RawSample[] = [];
  const placeOf = new Map<string, number>();
  for (const row of table.rows) {
    const where = `${basename(path)}:${row.line}`;
    const sample = sampleOf(row, columns, { where, pictureRoot, template });
    if (typeof sample === 'string') {
      problems.push({ where, reason: sample });
      continue;
    }
    const place = columns.id === undefined ? placeOf.get(sample.id) : undefined;
    const merged = place === undefined ? undefined : mergedWith(samples[place], sample);
    if (place !== undefined && merged !== undefined) {
      samples[place] = merged;
      continue;
    }
    placeOf.set(sample.id, samples.length);
    samples.push(sample);
  }
  return { name: nameOf(path), root, samples, problems };
}

/** What people call the data: the file's name, or its folder's where all that the file says is 'manifest'. */
function nameOf(path: string): string {
  const name = basename(path, extname(path));
  return /^(manifest|metadata|index|data)$/i.test(name) ? basename(dirname(resolve(path))) : name;
}

export const manifest: SourceKind = {
  name: 'manifest',
  what: 'a .csv, .tsv or .jsonl manifest',
  recognises: ({ kind, extension }) => kind === 'file' && manifestExtensions.includes(extension),
  read: ({ path }, options) => readManifest(path, options.template, options),
};

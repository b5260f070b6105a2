// Rows of CSV, TSV and JSON-lines files, each with its line number.

import Papa from 'papaparse';
import { UserError } from '../util/errors.js';
import { parseJsonLines } from '../util/files.js';
import type { Problem } from './types.js';

/** One row; a cell is a text, or a list of texts where the format has lists. Absent cells are absent keys. */
export interface Row {
  readonly line: number;
  readonly cells: Readonly<Record<string, string | readonly string[]>>;
}

/** Rows and the columns they may have. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  readonly problems: readonly Problem[];
}

function lineBreaks(text: string): number {
  return text.split(/\r\n|\r|\n/).length - 1;
}

/** Parses CSV (delimiter ',') or TSV ('\t') with a header line. Broken quoting stops: nothing after it can be trusted. */
export function parseDelimited(text: string, delimiter: ',' | '\t', name: string): Table {
  const parsed = Papa.parse<string[]>(text, { delimiter, skipEmptyLines: false });
  const quoting = parsed.errors.find((error) => error.type === 'Quotes');
  if (quoting) {
    const line = 1 + lineBreaks(text.slice(0, quoting.index ?? 0));
    throw new UserError(
      `openDataset: ${name}:${line}: bad quoting: ${quoting.message.toLowerCase()}`,
      'Inside a quoted field, write a quotation mark twice (""), and close every quoted field.',
    );
  }
  const [header = [], ...records] = parsed.data;
  const columns = header.map((column) => column.trim());
  const twice = columns.find((column, i) => columns.indexOf(column) !== i);
  if (twice !== undefined) {
    throw new UserError(`openDataset: ${name}:1: two columns are named "${twice}"`, 'Rename one of them.');
  }
  const rows: Row[] = [];
  const problems: Problem[] = [];
  let line = 1 + header.reduce((sum, cell) => sum + lineBreaks(cell), 1);
  for (const record of records) {
    const start = line;
    line += record.reduce((sum, cell) => sum + lineBreaks(cell), 1);
    if (record.length === 1 && record[0]!.trim() === '') continue;
    if (record.length !== columns.length) {
      const reason = `${record.length} fields where the header has ${columns.length}`;
      problems.push({ where: `${name}:${start}`, reason });
      continue;
    }
    rows.push({ line: start, cells: Object.fromEntries(columns.map((column, i) => [column, record[i]!])) });
  }
  return { columns, rows, problems };
}

function cellOf(value: unknown): string | readonly string[] | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Parses JSON lines, one object a line; columns are the union of their keys. Lines that are not objects are listed. */
export function parseJsonRows(text: string, name: string): Table {
  const { values, lines, broken } = parseJsonLines(text);
  const problems: Problem[] = broken.map(({ line, reason }) => ({
    where: `${name}:${line}`,
    reason: `not JSON: ${reason}`,
  }));
  const columns = new Set<string>();
  const rows: Row[] = [];
  values.forEach((value, i) => {
    const line = lines[i]!;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      problems.push({ where: `${name}:${line}`, reason: 'not a JSON object' });
      return;
    }
    const cells: Record<string, string | readonly string[]> = {};
    for (const [key, item] of Object.entries(value)) {
      columns.add(key);
      const cell = cellOf(item);
      if (cell !== undefined) cells[key] = cell;
    }
    rows.push({ line, cells });
  });
  return { columns: [...columns], rows, problems };
}

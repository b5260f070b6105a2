// JSON lines over the bytes of a file: every line is checked once, and read again when its cells are asked for.

import { sha256 } from '../../util/checksum.js';
import type { Problem } from '../types.js';
import { GrowingNumbers } from './growing-numbers.js';
import type { Cell, Table } from './table.js';

type Values = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Nested keys by their path: 'image.path'. */
function valueAt(values: Values, path: string): unknown {
  if (Object.hasOwn(values, path)) return values[path];
  let at: unknown = values;
  for (const key of path.split('.')) at = isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  return at;
}

/** Columns are looked for in so many lines; keys that come later are found when their lines are read. */
const headLines = 1000;

class JsonLinesTable implements Table {
  readonly digest: string;
  readonly #bytes: Buffer;
  readonly #name: string;
  readonly #columns = new Set<string>();
  readonly #starts = new GrowingNumbers();
  readonly #ends = new GrowingNumbers();
  readonly #lines = new GrowingNumbers();
  readonly #notJson: Problem[] = [];
  readonly #notObjects: Problem[] = [];
  #names: readonly string[] = [];
  /** The row that `#read` holds. */
  #readRow = -1;
  #read: Values = {};

  constructor(bytes: Buffer, name: string) {
    this.#bytes = bytes;
    this.#name = name;
    this.digest = sha256(bytes);
    let left = headLines;
    for (const { text } of this.#textLines()) {
      if (left-- === 0) break;
      const { value } = parsed(text);
      if (isObject(value)) this.#noteColumns(value);
    }
  }

  get columns(): readonly string[] {
    if (this.#names.length !== this.#columns.size) this.#names = [...this.#columns];
    return this.#names;
  }

  get problems(): readonly Problem[] {
    return [...this.#notJson, ...this.#notObjects];
  }

  /** By the length of a usual line. */
  get expectedRows(): number {
    return Math.ceil(this.#bytes.length / 64);
  }

  *#textLines(): Generator<{ text: string; line: number; start: number; end: number }> {
    const bytes = this.#bytes;
    let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0; // byte-order mark
    for (let line = 1; at < bytes.length; line++) {
      const found = bytes.indexOf(0x0a, at);
      const end = found < 0 ? bytes.length : found;
      const text = bytes.toString('utf8', at, end);
      if (text.trim() !== '') yield { text, line, start: at, end };
      at = end + 1;
    }
  }

  #noteColumns(values: Values): void {
    for (const key of namesIn(values)) this.#columns.add(key);
  }

  forEachRow(visit: (row: number) => void): void {
    for (const { text, line, start, end } of this.#textLines()) {
      const { value, reason } = parsed(text);
      const where = `${this.#name}:${line}`;
      if (reason !== undefined) this.#notJson.push({ where, reason: `not JSON: ${reason}` });
      else if (!isObject(value)) this.#notObjects.push({ where, reason: 'not a JSON object' });
      else {
        this.#noteColumns(value);
        this.#readRow = this.#starts.length;
        this.#read = value;
        this.#starts.push(start);
        this.#ends.push(end);
        this.#lines.push(line);
        visit(this.#readRow);
      }
    }
  }

  cell(row: number, column: number): Cell {
    if (this.#readRow !== row) {
      this.#read = JSON.parse(
        this.#bytes.toString('utf8', this.#starts.at(row), this.#ends.at(row)),
      ) as Values;
      this.#readRow = row;
    }
    return cellOf(valueAt(this.#read, this.columns[column]!));
  }

  where(row: number): string {
    return `${this.#name}:${this.#lines.at(row)}`;
  }
}

function parsed(text: string): { value?: unknown; reason?: string } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return { reason: (error as Error).message };
  }
}

/** Keys of an object; those of an image given as an object ({ image: { path } }) by their paths too. */
function* namesIn(values: Values): Generator<string> {
  for (const [key, value] of Object.entries(values)) {
    yield key;
    if (isObject(value) && typeof value.path === 'string') yield `${key}.path`;
  }
}

/** Parses JSON lines, one object a line; columns are the union of their keys. Lines that are not objects are listed. */
export function parseJsonLinesTable(bytes: Buffer, name: string): Table {
  return new JsonLinesTable(bytes, name);
}

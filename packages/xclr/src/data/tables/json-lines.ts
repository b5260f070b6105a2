// JSON lines over the bytes of a file: every line is checked once, and read again when its cells are asked for.

import { sha256 } from '../../util/checksum.js';
import { UserError } from '../../util/errors.js';
import { parseExactJson } from '../../util/exact-json.js';
import type { Problem } from '../types.js';
import { columnNames } from './columns.js';
import { GrowingNumbers } from './growing-numbers.js';
import type { Cell, Table } from './table.js';

type Values = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'string') return value;
  if (isTextList(value)) return value;
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

/** What a file of JSON is beside JSON lines: how a row is named, and what to say of it. */
interface Form {
  readonly rowName: (line: number) => string;
  readonly notice?: Problem;
}

class JsonLinesTable implements Table {
  readonly digest: string;
  readonly #bytes: Buffer;
  readonly #columns = new Set<string>();
  readonly #starts = new GrowingNumbers();
  readonly #ends = new GrowingNumbers();
  readonly #lines = new GrowingNumbers();
  readonly #notJson: Problem[] = [];
  readonly #notObjects: Problem[] = [];
  readonly #form: Form;
  #names: readonly string[] = [];
  /** The row that `#read` holds. */
  #readRow = -1;
  #read: Values = {};

  constructor(bytes: Buffer, digest: string, form: Form) {
    this.#bytes = bytes;
    this.#form = form;
    this.digest = digest;
    let left = headLines;
    for (const { text, start } of this.#textLines()) {
      if (left-- === 0) {
        if (this.#hasLateRoles(start)) this.#noteAllColumns();
        break;
      }
      const { value } = parsed(text);
      if (isObject(value)) this.#noteColumns(value);
    }
  }

  /** True where a column with a role may first appear beyond the head. Costs a search of the bytes for a few names. */
  #hasLateRoles(from: number): boolean {
    const rest = this.#bytes.subarray(from);
    return Object.values(columnNames).some(
      (names) =>
        !names.some((name) => this.#columns.has(name)) && names.some((name) => rest.includes(`"${name}"`)),
    );
  }

  #noteAllColumns(): void {
    for (const { text } of this.#textLines()) {
      const { value } = parsed(text);
      if (isObject(value)) this.#noteColumns(value);
    }
  }

  get columns(): readonly string[] {
    if (this.#names.length !== this.#columns.size) this.#names = [...this.#columns];
    return this.#names;
  }

  get problems(): readonly Problem[] {
    const { notice } = this.#form;
    return [...(notice === undefined ? [] : [notice]), ...this.#notJson, ...this.#notObjects];
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
      const where = this.#form.rowName(line);
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

  #valueOf(row: number, column: number): unknown {
    if (this.#readRow !== row) {
      this.#read = parseExactJson(
        this.#bytes.toString('utf8', this.#starts.at(row), this.#ends.at(row)),
      ) as Values;
      this.#readRow = row;
    }
    return valueAt(this.#read, this.columns[column]!);
  }

  cell(row: number, column: number): Cell {
    return cellOf(this.#valueOf(row, column));
  }

  value(row: number, column: number): unknown {
    const value = this.#valueOf(row, column);
    return typeof value === 'string' || isTextList(value) ? undefined : value;
  }

  where(row: number): string {
    return this.#form.rowName(this.#lines.at(row));
  }
}

function parsed(text: string): { value?: unknown; reason?: string } {
  try {
    return { value: parseExactJson(text) };
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

/** The objects of a JSON array as lines, so that they are read like JSON lines. */
function linesOfArray(values: readonly unknown[]): Buffer {
  return Buffer.from(values.map((value) => JSON.stringify(value ?? null)).join('\n'));
}

/** The text of a file that may be one JSON value: it begins with a bracket. Larger ones are no single value in practice. */
function wholeText(bytes: Buffer): string | undefined {
  if (bytes.length > 2 ** 29 - 1) return undefined;
  const text = bytes.toString('utf8').replace(/^\ufeff/, '');
  return text;
}

/** The first line with anything on it. */
function firstLine(bytes: Buffer): string {
  for (let at = 0; at < bytes.length; ) {
    const found = bytes.indexOf(0x0a, at);
    const end = found < 0 ? bytes.length : found;
    const text = bytes
      .toString('utf8', at, end)
      .replace(/^\ufeff/, '')
      .trim();
    if (text !== '') return text;
    at = end + 1;
  }
  return '';
}

/** Rows of an array; undefined for a file that is none. @throws {UserError} for JSON printed over several lines */
function arrayOf(bytes: Buffer, name: string): readonly unknown[] | undefined {
  const first = firstLine(bytes);
  if (!first.startsWith('[') && !first.startsWith('{')) return undefined;
  const single = parsed(first);
  // A line of its own that is a list is a fault of that line, unless it is all there is.
  const rows = Array.isArray(single.value) && single.value.some(isObject);
  if (single.reason === undefined && !rows) return undefined;
  const text = wholeText(bytes);
  const whole = text === undefined ? {} : parsed(text);
  if (Array.isArray(whole.value)) return whole.value;
  const pretty = isObject(whole.value) || /^\{\s*$/.test(first);
  if (!pretty) return undefined;
  throw new UserError(
    `openDataset: ${name} is not JSON lines: it is pretty-printed JSON, an object over several lines`,
    'Write one object a line (jq -c . file), or one array of objects.',
  );
}

/**
 * Parses JSON lines, one object a line, or one JSON array of objects; columns are the union of their keys. What is no
 * object is listed.
 * @throws {UserError} for JSON that is printed over several lines
 */
export function parseJsonLinesTable(bytes: Buffer, name: string): Table {
  const digest = sha256(bytes);
  const array = arrayOf(bytes, name);
  if (array === undefined) return new JsonLinesTable(bytes, digest, { rowName: (line) => `${name}:${line}` });
  return new JsonLinesTable(linesOfArray(array), digest, {
    rowName: (line) => `${name}: element ${line}`,
    notice: {
      where: name,
      reason: 'is a JSON array, not JSON lines: each element was read as a row',
      warning: true,
    },
  });
}

// CSV and TSV over the bytes of a file: rows are found once, cells are decoded when asked for.
//
// papaparse makes an array of strings of every row: a million rows take over a gigabyte and several seconds. This keeps
// the file's bytes and a number a row. Quoting in CSV follows RFC 4180, which the tests check against papaparse. In TSV
// quotation marks are text (IANA's text/tab-separated-values has no quoting).

import { sha256 } from '../../util/checksum.js';
import { unescapedCell } from '../../util/csv.js';
import { UserError } from '../../util/errors.js';
import type { Problem } from '../types.js';
import { GrowingNumbers } from './growing-numbers.js';
import type { Cell, Table } from './table.js';

const quote = 0x22;
const newline = 0x0a;
const carriage = 0x0d;

/** How a file separates its fields, and whether quotation marks enclose them. */
interface Dialect {
  readonly delimiter: number;
  readonly quoting: boolean;
  /** An apostrophe before what looks like a formula is for spreadsheets only; see util/csv.ts. */
  readonly escapes: boolean;
}

/** Where the fields of one row lie; filled anew for every row. */
class Fields {
  count = 0;
  /** For each field: first byte, byte after the last, 1 where quotes are doubled inside. */
  place = new Int32Array(3 * 64);
  /** Line breaks inside quoted fields. */
  breaks = 0;
  /** Where quoting is broken, and how; −1 where it is not. */
  badAt = -1;
  bad = '';

  add(from: number, to: number, doubled: boolean): void {
    if (3 * this.count === this.place.length) {
      const wider = new Int32Array(2 * this.place.length);
      wider.set(this.place);
      this.place = wider;
    }
    const at = 3 * this.count++;
    this.place[at] = from;
    this.place[at + 1] = to;
    this.place[at + 2] = doubled ? 1 : 0;
  }
}

/** Reads the quoted field that opens at `at`; gives the byte after its closing quote. */
function scanQuoted(bytes: Buffer, at: number, fields: Fields): number {
  let doubled = false;
  let end = at + 1;
  for (;;) {
    end = bytes.indexOf(quote, end);
    if (end < 0) {
      fields.badAt = at;
      fields.bad = 'quoted field unterminated';
      return bytes.length;
    }
    if (bytes[end + 1] !== quote) break;
    doubled = true;
    end += 2;
  }
  for (let i = bytes.indexOf(newline, at); i >= 0 && i < end; i = bytes.indexOf(newline, i + 1))
    fields.breaks++;
  fields.add(at + 1, end, doubled);
  return end + 1;
}

/** Finds the fields of the row that starts at `start`; gives where the next row starts. */
function scanRow(bytes: Buffer, start: number, { delimiter, quoting }: Dialect, fields: Fields): number {
  fields.count = 0;
  fields.breaks = 0;
  fields.badAt = -1;
  const length = bytes.length;
  let at = start;
  for (;;) {
    if (quoting && bytes[at] === quote) {
      const opened = at;
      at = scanQuoted(bytes, at, fields);
      const next = bytes[at];
      if (at < length && next !== delimiter && next !== newline && next !== carriage && fields.badAt < 0) {
        fields.badAt = opened;
        fields.bad = 'trailing quote on quoted field is malformed';
        return length;
      }
    } else {
      const from = at;
      while (at < length) {
        const byte = bytes[at];
        if (byte === delimiter || byte === newline || byte === carriage) break;
        at++;
      }
      fields.add(from, at, false);
    }
    if (at >= length) return length;
    if (bytes[at] === delimiter) {
      at++;
      continue;
    }
    return bytes[at] === carriage && bytes[at + 1] === newline ? at + 2 : at + 1;
  }
}

class DelimitedTable implements Table {
  readonly columns: readonly string[];
  readonly problems: Problem[] = [];
  readonly digest: string;
  readonly #bytes: Buffer;
  readonly #dialect: Dialect;
  readonly #name: string;
  readonly #starts = new GrowingNumbers();
  readonly #lines = new GrowingNumbers();
  readonly #width: number;
  /** Where in a record each named column stands. */
  readonly #places: readonly number[];
  /** First byte and line after the header. */
  readonly #body: { readonly at: number; readonly line: number };
  readonly #fields = new Fields();
  /** The row whose fields `#fields` holds. */
  #scanned = -1;

  constructor(bytes: Buffer, dialect: Dialect, name: string) {
    this.#bytes = bytes;
    this.#dialect = dialect;
    this.#name = name;
    this.digest = sha256(bytes);
    const fields = this.#fields;
    const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0; // byte-order mark
    const at = this.#scan(start, 1);
    const header =
      bytes.length === start ? [] : Array.from({ length: fields.count }, (_, i) => this.#text(i).trim());
    this.#width = header.length;
    this.#places = [...header.keys()].filter((i) => header[i] !== '');
    this.columns = this.#places.map((i) => header[i]!);
    const twice = this.columns.find((column, i) => this.columns.indexOf(column) !== i);
    if (twice !== undefined) {
      throw new UserError(`openDataset: ${name}:1: two columns are named "${twice}"`, 'Rename one of them.');
    }
    this.#body = { at, line: 2 + fields.breaks };
  }

  /** By the length of the first rows. */
  get expectedRows(): number {
    const { at } = this.#body;
    let end = at;
    let rows = 0;
    for (; rows < 100 && end < this.#bytes.length; rows++) {
      const next = this.#bytes.indexOf(newline, end);
      end = next < 0 ? this.#bytes.length : next + 1;
    }
    return rows === 0 ? 0 : Math.ceil((1.1 * rows * (this.#bytes.length - at)) / (end - at));
  }

  forEachRow(visit: (row: number) => void): void {
    const fields = this.#fields;
    let { at, line } = this.#body;
    while (at < this.#bytes.length) {
      const start = at;
      at = this.#scan(at, line);
      const breaks = fields.breaks;
      const isBlank = fields.count === 1 && this.#text(0).trim() === '';
      if (fields.count === this.#width && !isBlank) {
        this.#scanned = this.#starts.length;
        this.#starts.push(start);
        this.#lines.push(line);
        visit(this.#scanned);
      } else if (!isBlank) {
        const reason = `${fields.count} fields where the header has ${this.#width}`;
        this.problems.push({ where: `${this.#name}:${line}`, reason });
      }
      line += 1 + breaks;
    }
  }

  #scan(at: number, line: number): number {
    this.#scanned = -1;
    const next = scanRow(this.#bytes, at, this.#dialect, this.#fields);
    const { badAt, bad } = this.#fields;
    if (badAt < 0) return next;
    let badLine = line;
    for (
      let i = this.#bytes.indexOf(newline, at);
      i >= 0 && i < badAt;
      i = this.#bytes.indexOf(newline, i + 1)
    )
      badLine++;
    throw new UserError(
      `openDataset: ${this.#name}:${badLine}: bad quoting: ${bad}`,
      'Inside a quoted field, write a quotation mark twice (""), and close every quoted field.',
    );
  }

  #text(field: number): string {
    const { place } = this.#fields;
    const text = this.#bytes.toString('utf8', place[3 * field]!, place[3 * field + 1]!);
    const plain = place[3 * field + 2] === 1 ? text.replaceAll('""', '"') : text;
    return this.#dialect.escapes ? unescapedCell(plain) : plain;
  }

  #visit(row: number): void {
    if (this.#scanned === row) return;
    scanRow(this.#bytes, this.#starts.at(row), this.#dialect, this.#fields);
    this.#scanned = row;
  }

  cell(row: number, column: number): Cell {
    this.#visit(row);
    return this.#text(this.#places[column]!);
  }

  /** By its length and its first byte: five bytes or more that begin with printing ASCII, but no '[', no '{' and no apostrophe, which may go. */
  hasText(row: number, column: number): boolean {
    this.#visit(row);
    const { place } = this.#fields;
    const at = 3 * this.#places[column]!;
    const length = place[at + 1]! - place[at]!;
    const first = this.#bytes[place[at]!]!;
    return length > 4 && first > 0x20 && first < 0x7f && ![0x27, 0x5b, 0x7b].includes(first);
  }

  where(row: number): string {
    return `${this.#name}:${this.#lines.at(row)}`;
  }
}

const comma = 0x2c;
const semicolon = 0x3b;
const tab = 0x09;

/** A European spreadsheet writes ';' into its .csv, open_clip's lists have tabs there, and some .tsv have commas. */
function dialectOf(bytes: Buffer, extension: '.csv' | '.tsv'): Dialect {
  const end = bytes.indexOf(newline);
  const header = bytes.subarray(0, end < 0 ? bytes.length : end);
  const order = extension === '.csv' ? [comma, semicolon, tab] : [tab, comma, semicolon];
  const delimiter = order.find((one) => header.includes(one)) ?? order[0]!;
  return {
    delimiter,
    quoting: extension === '.csv' || delimiter !== tab,
    escapes: extension === '.csv',
  };
}

/** Parses CSV or TSV with a header line. Broken quoting stops: nothing after it can be trusted. */
export function parseDelimited(bytes: Buffer, extension: '.csv' | '.tsv', name: string): Table {
  return new DelimitedTable(bytes, dialectOf(bytes, extension), name);
}

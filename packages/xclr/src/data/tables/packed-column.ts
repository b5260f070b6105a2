// A column of texts in one buffer: tables whose file cannot be read cell by cell keep their cells so.

import type { Cell } from './table.js';

/** Marks a list of texts, kept as JSON; no text that people write begins so. */
const listMark = '\u0001';
/** Marks a cell that has nothing. */
const nothing = '\u0002';
/** Marks an object or a list of other things than texts, kept as JSON. */
const objectMark = '\u0003';
/** Marks a number or a truth value, kept as it is printed. */
const scalarMark = '\u0004';
/** Before a text that begins as a mark does. */
const textMark = '\u0005';

const isMarked = (text: string) => text.length > 0 && text.charCodeAt(0) >= 1 && text.charCodeAt(0) <= 5;

/** A value that is no text and no list of texts. */
export interface Structured {
  /** As the cell's text. */
  readonly printed: string;
  readonly kind: 'object' | 'scalar';
}

function encoded(cell: Cell | Structured): string {
  if (cell === undefined) return nothing;
  if (typeof cell === 'string') return isMarked(cell) ? textMark + cell : cell;
  if (!('kind' in cell)) return listMark + JSON.stringify(cell);
  return (cell.kind === 'object' ? objectMark : scalarMark) + cell.printed;
}

export class PackedColumn {
  #bytes = Buffer.allocUnsafeSlow(1 << 16);
  #used = 0;
  #ends = new Float64Array(1024);
  #length = 0;

  push(cell: Cell | Structured): void {
    const text = encoded(cell);
    const most = 3 * text.length;
    if (this.#used + most > this.#bytes.length) {
      const longer = Buffer.allocUnsafeSlow(2 * this.#bytes.length + most);
      this.#bytes.copy(longer, 0, 0, this.#used);
      this.#bytes = longer;
    }
    this.#used += this.#bytes.write(text, this.#used, 'utf8');
    if (this.#length === this.#ends.length) {
      const longer = new Float64Array(2 * this.#ends.length);
      longer.set(this.#ends);
      this.#ends = longer;
    }
    this.#ends[this.#length++] = this.#used;
  }

  #text(row: number): string {
    return this.#bytes.toString('utf8', row === 0 ? 0 : this.#ends[row - 1]!, this.#ends[row]!);
  }

  at(row: number): Cell {
    const text = this.#text(row);
    if (text === nothing) return undefined;
    if (text.startsWith(listMark)) return JSON.parse(text.slice(1)) as string[];
    return isMarked(text) ? text.slice(1) : text;
  }

  /** The value of a cell that is neither a text nor a list of texts. */
  valueAt(row: number): unknown {
    const text = this.#text(row);
    if (text.startsWith(objectMark)) return JSON.parse(text.slice(1));
    if (!text.startsWith(scalarMark)) return undefined;
    const printed = text.slice(1);
    return printed === 'true' || printed === 'false' ? printed === 'true' : Number(printed);
  }
}

// A column of texts in one buffer: tables whose file cannot be read cell by cell keep their cells so.

import type { Cell } from './table.js';

/** Marks a list of texts, kept as JSON; no text that people write begins so. */
const listMark = '\u0001';
/** Marks a cell that has nothing. */
const nothing = '\u0002';

export class PackedColumn {
  #bytes = Buffer.allocUnsafeSlow(1 << 16);
  #used = 0;
  #ends = new Float64Array(1024);
  #length = 0;

  push(cell: Cell): void {
    const text =
      cell === undefined ? nothing : typeof cell === 'string' ? cell : listMark + JSON.stringify(cell);
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

  at(row: number): Cell {
    const text = this.#bytes.toString('utf8', row === 0 ? 0 : this.#ends[row - 1]!, this.#ends[row]!);
    if (text === nothing) return undefined;
    return text.startsWith(listMark) ? (JSON.parse(text.slice(1)) as string[]) : text;
  }
}

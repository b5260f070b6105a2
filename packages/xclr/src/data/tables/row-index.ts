// Finds a row by its key without keeping the keys: a hash and a row number each, and a look at the table to be sure.

/** FNV-1a over the code units, mixed once more: its low bits are weak for keys that differ in their last digits. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}

/** An open-addressing hash table from keys to rows; 16 bytes a row at most. */
export class RowIndex {
  #rows: Int32Array;
  #hashes: Int32Array;
  #count = 0;
  readonly #keyOf: (row: number) => string;

  /** @param keyOf the key of a row that was added; asked again when two hashes are equal */
  constructor(keyOf: (row: number) => string, expected = 1024) {
    this.#keyOf = keyOf;
    const slots = 2 ** Math.ceil(Math.log2(1.5 * expected + 2));
    this.#rows = new Int32Array(slots).fill(-1);
    this.#hashes = new Int32Array(slots);
  }

  /** The row that has this key already, or undefined: then `row` is added under it. */
  add(key: string, row: number): number | undefined {
    if (this.#count >= 0.7 * this.#rows.length) this.#grow();
    const hash = hashOf(key);
    const mask = this.#rows.length - 1;
    let slot = hash & mask;
    for (; this.#rows[slot]! >= 0; slot = (slot + 1) & mask) {
      if (this.#hashes[slot] === hash && this.#keyOf(this.#rows[slot]!) === key) return this.#rows[slot];
    }
    this.#rows[slot] = row;
    this.#hashes[slot] = hash;
    this.#count++;
    return undefined;
  }

  #grow(): void {
    const [rows, hashes] = [this.#rows, this.#hashes];
    this.#rows = new Int32Array(2 * rows.length).fill(-1);
    this.#hashes = new Int32Array(2 * rows.length);
    const mask = this.#rows.length - 1;
    rows.forEach((row, old) => {
      if (row < 0) return;
      let slot = hashes[old]! & mask;
      while (this.#rows[slot]! >= 0) slot = (slot + 1) & mask;
      this.#rows[slot] = row;
      this.#hashes[slot] = hashes[old]!;
    });
  }
}

// Which row has which content: 128-bit hashes in a flat hash table, 16 bytes a key and no strings.

import { sha256 } from '../../util/checksum.js';
import type { CaptionDocument } from '../caption-template.js';

/** 32-bit words of a key. */
export const KEY_WORDS = 4;

/** What a document says, and nothing else: texts and weights, in order. (KEY_WORDS) */
export function keyOfDocument(document: CaptionDocument): Uint32Array {
  const content = JSON.stringify(document.map(({ text, weight }) => [text, weight]));
  const digest = Buffer.from(sha256(content), 'hex');
  return Uint32Array.from({ length: KEY_WORDS }, (_, word) => digest.readUInt32LE(4 * word));
}

/**
 * Keys numbered in the order of their adding. Linear probing in a table at most half full; the whole key is
 * compared, so that an accident needs two texts of one 128-bit hash.
 */
export class KeyIndex {
  #words: Uint32Array;
  #table: Int32Array; // number of the key + 1; 0: free
  #size = 0;

  constructor(expected = 1024) {
    this.#words = new Uint32Array(KEY_WORDS * Math.max(1, expected));
    this.#table = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(16, 2 * expected + 2))));
  }

  get size(): number {
    return this.#size;
  }

  /** (KEY_WORDS) */
  key(number: number): Uint32Array {
    return this.#words.subarray(number * KEY_WORDS, (number + 1) * KEY_WORDS);
  }

  /** The key's number, or −1. */
  find(key: Uint32Array): number {
    return this.#table[this.#placeOf(key, 0)]! - 1;
  }

  /**
   * The key's number, which is `size` as it was where the key is new.
   * @param from where the key begins in `key`, so that a million need no views
   */
  add(key: Uint32Array, from = 0): number {
    const place = this.#placeOf(key, from);
    const known = this.#table[place]! - 1;
    if (known >= 0) return known;
    const at = this.#size * KEY_WORDS;
    if (at + KEY_WORDS > this.#words.length) {
      const larger = new Uint32Array(2 * this.#words.length);
      larger.set(this.#words);
      this.#words = larger;
    }
    for (let i = 0; i < KEY_WORDS; i++) this.#words[at + i] = key[from + i]!;
    this.#table[place] = ++this.#size;
    if (2 * this.#size > this.#table.length) this.#grow();
    return this.#size - 1;
  }

  /** Where the key is in the table, or the free place where it belongs. */
  #placeOf(key: Uint32Array, from: number): number {
    const table = this.#table;
    const words = this.#words;
    const last = table.length - 1;
    for (let place = key[from]! & last; ; place = (place + 1) & last) {
      const at = (table[place]! - 1) * KEY_WORDS;
      if (at < 0) return place;
      const same =
        words[at] === key[from] &&
        words[at + 1] === key[from + 1] &&
        words[at + 2] === key[from + 2] &&
        words[at + 3] === key[from + 3];
      if (same) return place;
    }
  }

  #grow(): void {
    this.#table = new Int32Array(2 * this.#table.length);
    for (let number = 0; number < this.#size; number++)
      this.#table[this.#placeOf(this.#words, number * KEY_WORDS)] = number + 1;
  }
}

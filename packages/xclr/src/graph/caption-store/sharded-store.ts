// Caption vectors keyed by content, in shards that only ever grow. A row exists once its entry in the shard's key
// file is whole; vectors are synced before their entries, so that a kill at any moment costs the last batch at most.
import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { UserError } from '../../util/errors.js';
import { makeFolder, syncFolder, writeFileAtomic } from '../../util/files.js';
import { toHalves } from '../float16.js';
import type { TextEncoder } from '../text-encoder.js';
import { KEY_WORDS, KeyIndex } from './key-index.js';

const KIND = 'xclr caption store 2';
/** An entry of a key file: the key, the CRC-32 of key and row, the row's marks. */
const ENTRY_WORDS = KEY_WORDS + 2;
const ENTRY_BYTES = 4 * ENTRY_WORDS;
/** Rows at the end whose checksums are compared on opening: more than a batch, which is what a crash can damage. */
const CHECKED_ROWS = 4096;

export type StorePrecision = 'float16' | 'float32';

/** How a caption store is opened. */
export interface StoreOptions {
  precision?: StorePrecision;
  /** Rows of a shard; a store keeps the number it was made with. */
  shardRows?: number;
}

interface Header {
  readonly kind: string;
  readonly encoder: string;
  readonly identity: string;
  readonly precision: StorePrecision;
  readonly dimensions: number;
  readonly shardRows: number;
}

/** Vectors of captions on disk, written once and memory-mapped; safe for several processes. */
export class CaptionStore {
  readonly folder: string;
  readonly precision: StorePrecision;
  readonly #encoder: TextEncoder;
  #shardRows: number;
  #dimensions = 0; // 0: nothing was ever stored
  #keys = new KeyIndex();
  #marks = new Uint8Array(1024);

  private constructor(folder: string, encoder: TextEncoder, options: Required<StoreOptions>) {
    this.folder = folder;
    this.#encoder = encoder;
    this.precision = options.precision;
    this.#shardRows = options.shardRows;
  }

  /**
   * Opens the store in a folder, or makes ready for a new one there. Reads the keys, not the vectors.
   * @throws {UserError} where it was made by another encoder or with another precision, or is damaged
   */
  static open(
    folder: string,
    encoder: TextEncoder,
    { precision = 'float16', shardRows = 65_536 }: StoreOptions = {},
  ): CaptionStore {
    const store = new CaptionStore(folder, encoder, { precision, shardRows });
    store.refresh();
    return store;
  }

  /** Rows in the store. */
  get rows(): number {
    return this.#keys.size;
  }

  /** Width of a row; 0 for an empty store. */
  get dimensions(): number {
    return this.#dimensions;
  }

  get shardRows(): number {
    return this.#shardRows;
  }

  /** The row of a content, or −1. */
  rowOf(key: Uint32Array): number {
    return this.#keys.find(key);
  }

  marksOf(row: number): number {
    return this.#marks[row]!;
  }

  vectorsFile(shard: number): string {
    return join(this.folder, `${String(shard).padStart(5, '0')}.vectors`);
  }

  /** Reads the disk again: what another process may have added since. */
  refresh(): void {
    const header = this.#readHeader();
    if (header === null) return;
    this.#dimensions = header.dimensions;
    this.#shardRows = header.shardRows;
    const files: Buffer[] = [];
    for (let shard = 0; existsSync(this.#keysFile(shard)); shard++) {
      const file = readFileSync(this.#keysFile(shard));
      files.push(file);
      if (file.length < header.shardRows * ENTRY_BYTES) break;
    }
    const total = files.reduce((sum, file) => sum + Math.floor(file.length / ENTRY_BYTES), 0);
    this.#keys = new KeyIndex(total + 1);
    this.#marks = new Uint8Array(total + 1024);
    for (const [shard, file] of files.entries()) {
      const whole = Math.floor(file.length / ENTRY_BYTES);
      const words = new Uint32Array(new Uint8Array(file.subarray(0, whole * ENTRY_BYTES)).buffer);
      const last = shard === files.length - 1;
      const good = last ? this.#soundRows(shard, words, whole) : whole;
      for (let i = 0; i < good; i++) {
        const at = i * ENTRY_WORDS;
        const row = this.#keys.add(words, at);
        if (row !== shard * header.shardRows + i)
          throw this.#damaged(this.#keysFile(shard), 'a key appears twice');
        this.#marks[row] = words[at + KEY_WORDS + 1]!;
      }
    }
  }

  /**
   * Adds rows, whose keys must be new, durably. Only the holder of the store's lock may call it.
   * @param keys (n) keys
   * @param vectors (n, dimensions) unit rows
   * @param marks (n)
   * @throws {UserError} where the width is not the store's
   */
  append(keys: readonly Uint32Array[], vectors: Float32Array, dimensions: number, marks: Uint8Array): void {
    if (this.#dimensions === 0) this.#create(dimensions);
    if (dimensions !== this.#dimensions || vectors.length !== keys.length * dimensions) {
      throw new UserError(
        `CaptionStore: ${this.folder} holds vectors of ${this.#dimensions} numbers, got ${vectors.length} numbers for ${keys.length} rows of ${dimensions}`,
        'Use another cache folder for this encoder.',
      );
    }
    const data = this.precision === 'float16' ? toHalves(vectors) : vectors;
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    for (let done = 0; done < keys.length; ) {
      const [shard, inShard] = [Math.floor(this.rows / this.#shardRows), this.rows % this.#shardRows];
      const count = Math.min(keys.length - done, this.#shardRows - inShard);
      const width = this.#rowBytes();
      const entries = new Uint32Array(count * ENTRY_WORDS);
      for (let i = 0; i < count; i++) {
        const key = keys[done + i]!;
        entries.set(key, i * ENTRY_WORDS);
        const row = bytes.subarray((done + i) * width, (done + i + 1) * width);
        entries[i * ENTRY_WORDS + KEY_WORDS] = checksum(key, row);
        entries[i * ENTRY_WORDS + KEY_WORDS + 1] = marks[done + i]!;
      }
      writeAt(this.vectorsFile(shard), inShard * width, bytes.subarray(done * width, (done + count) * width));
      writeAt(this.#keysFile(shard), inShard * ENTRY_BYTES, new Uint8Array(entries.buffer));
      if (inShard === 0) syncFolder(this.folder);
      for (let i = 0; i < count; i++) this.#remember(keys[done + i]!, marks[done + i]!);
      done += count;
    }
  }

  #remember(key: Uint32Array, mark: number): void {
    const row = this.#keys.add(key);
    if (row >= this.#marks.length) {
      const larger = new Uint8Array(2 * this.#marks.length);
      larger.set(this.#marks);
      this.#marks = larger;
    }
    this.#marks[row] = mark;
  }

  #create(dimensions: number): void {
    this.#dimensions = dimensions;
    makeFolder(this.folder);
    const header: Header = {
      kind: KIND,
      encoder: this.#encoder.name,
      identity: this.#encoder.identity,
      precision: this.precision,
      dimensions,
      shardRows: this.#shardRows,
    };
    writeFileAtomic(this.#headerFile(), `${JSON.stringify(header, null, 2)}\n`);
  }

  #readHeader(): Header | null {
    if (!existsSync(this.#headerFile())) return null;
    let header: Header;
    try {
      header = JSON.parse(readFileSync(this.#headerFile(), 'utf8')) as Header;
    } catch {
      throw this.#damaged(this.#headerFile(), 'it is not JSON');
    }
    const counts = [header.dimensions, header.shardRows];
    if (header.kind !== KIND || !counts.every((count) => Number.isInteger(count) && count > 0))
      throw this.#damaged(this.#headerFile(), `expected '${KIND}' with its sizes`);
    if (header.identity !== this.#encoder.identity) {
      throw new UserError(
        `CaptionStore: ${this.folder} was made by encoder '${header.identity}', this run uses '${this.#encoder.identity}'`,
        'Use the same encoder, or another cache folder.',
      );
    }
    if (header.precision !== this.precision) {
      throw new UserError(
        `CaptionStore: ${this.folder} holds ${header.precision}, this run asks for ${this.precision}`,
        'Use the same precision, or another cache folder.',
      );
    }
    return header;
  }

  /** Rows of the last shard up to the first whose checksum is wrong; what follows is encoded again. */
  #soundRows(shard: number, words: Uint32Array, count: number): number {
    const path = this.vectorsFile(shard);
    const width = this.#rowBytes();
    const there = existsSync(path) ? Math.floor(statSync(path).size / width) : 0;
    const upTo = Math.min(count, there);
    const from = Math.max(0, upTo - CHECKED_ROWS);
    if (upTo === from) return upTo;
    const rows = new Uint8Array((upTo - from) * width);
    const file = openSync(path, 'r');
    try {
      readSync(file, rows, 0, rows.length, from * width);
    } finally {
      closeSync(file);
    }
    for (let i = from; i < upTo; i++) {
      const at = i * ENTRY_WORDS;
      const row = rows.subarray((i - from) * width, (i - from + 1) * width);
      if (checksum(words.subarray(at, at + KEY_WORDS), row) !== words[at + KEY_WORDS]) return i;
    }
    return upTo;
  }

  #rowBytes(): number {
    return this.#dimensions * (this.precision === 'float16' ? 2 : 4);
  }

  #headerFile(): string {
    return join(this.folder, 'store.json');
  }

  #keysFile(shard: number): string {
    return join(this.folder, `${String(shard).padStart(5, '0')}.keys`);
  }

  #damaged(path: string, why: string): UserError {
    return new UserError(
      `CaptionStore: ${path} is damaged: ${why}`,
      `Delete ${this.folder}; it will be made again.`,
    );
  }
}

function checksum(key: Uint32Array, row: Uint8Array): number {
  return crc32(row, crc32(new Uint8Array(key.buffer, key.byteOffset, 4 * KEY_WORDS)));
}

/** Writes at a place, cuts what lay behind it (a killed run's unfinished batch) and waits for the disk. */
function writeAt(path: string, offset: number, bytes: Uint8Array): void {
  const file = openSync(path, existsSync(path) ? 'r+' : 'w');
  try {
    ftruncateSync(file, offset);
    for (let done = 0; done < bytes.length; )
      done += writeSync(file, bytes, done, bytes.length - done, offset + done);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

// Reads a file from front to back in small pieces, as a pickle is read.
import { readSync } from 'node:fs';

/** Bytes that are fetched at once. */
const window = 2 ** 16;

/** A place in an open file that moves on with each read. */
export class ByteReader {
  #buffer: Buffer = Buffer.alloc(0);
  /** Of the buffer's first byte, in the file. */
  #start: number;
  #at = 0;

  /** @param end first byte that is not to be read */
  constructor(
    readonly file: number,
    start: number,
    readonly end: number,
  ) {
    this.#start = start;
  }

  /** Over bytes that are in memory. */
  static over(bytes: Uint8Array): ByteReader {
    const reader = new ByteReader(-1, 0, bytes.length);
    reader.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    return reader;
  }

  /** Of the next byte, in the file. */
  get position(): number {
    return this.#start + this.#at;
  }

  /** The next `n` bytes; valid until the next read. @throws where the file has no more */
  take(n: number): Buffer {
    if (this.#at + n > this.#buffer.length) this.#fetch(n);
    const bytes = this.#buffer.subarray(this.#at, this.#at + n);
    this.#at += n;
    return bytes;
  }

  byte(): number {
    return this.take(1)[0]!;
  }

  /** Text up to the next line feed, which is passed over. */
  line(): string {
    const bytes: number[] = [];
    for (let next = this.byte(); next !== 0x0a; next = this.byte()) bytes.push(next);
    return Buffer.from(bytes).toString('utf8');
  }

  skip(n: number): void {
    this.#start = this.position + n;
    this.#buffer = Buffer.alloc(0);
    this.#at = 0;
  }

  #fetch(n: number): void {
    const start = this.position;
    if (!Number.isSafeInteger(n) || n < 0 || start + n > this.end)
      throw new Error(
        `it is cut short or damaged: ${n} bytes were to follow at byte ${start} of ${this.end}`,
      );
    const bytes = Buffer.alloc(Math.min(Math.max(n, window), this.end - start));
    let done = 0;
    while (done < bytes.length) {
      const got = readSync(this.file, bytes, done, bytes.length - done, start + done);
      if (got === 0) break;
      done += got;
    }
    if (done < n) throw new Error(`it is cut short: it ends at byte ${start + done}`);
    this.#buffer = bytes.subarray(0, done);
    this.#start = start;
    this.#at = 0;
  }
}

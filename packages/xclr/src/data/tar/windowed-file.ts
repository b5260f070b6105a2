// A file that is read in small pieces from front to back: one reading of the disk serves those that lie close together.
import type { FileHandle } from 'node:fs/promises';

/** Bytes of a reading: the headers and texts between two images, and little of an image that is passed over. */
const window = 16 * 1024;

export class WindowedFile {
  readonly #file: FileHandle;
  #start = 0;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Bytes from `offset` on, fewer where the file ends. They are the reader's own memory until it reads again: to look at, not to keep. */
  async read(offset: number, length: number): Promise<Buffer> {
    const from = offset - this.#start;
    if (from >= 0 && from + length <= this.#bytes.length) return this.#bytes.subarray(from, from + length);
    const wanted = Math.max(length, window);
    const bytes = Buffer.allocUnsafe(wanted);
    const { bytesRead } = await this.#file.read(bytes, 0, wanted, offset);
    this.#start = offset;
    this.#bytes = bytes.subarray(0, bytesRead);
    return this.#bytes.subarray(0, Math.min(length, bytesRead));
  }
}

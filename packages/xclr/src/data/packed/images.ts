// Images of a raw packed store: read as they lie, no decoding, no cache but the system's own.

import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { DecodedImage } from '../decode/decoded.js';
import { bitRot } from '../decode/read.js';
import type { ImageReader, Images } from '../images.js';
import { refuseTooManyProblems } from '../problems.js';
import type { Dataset, ImageRef, Problem } from '../types.js';

/**
 * Reads by position, on the threads that Node keeps for files, while the main thread computes; the pages stay in the
 * system's cache, as those of a mapped file would (mapping them was no faster, and stalls the main thread on a cold disk).
 */
export class PackedImages implements ImageReader {
  readonly dataset: Dataset;
  readonly failures: Problem[] = [];
  readonly #maxFailureRate: number | undefined;
  readonly #files = new Map<string, Promise<FileHandle>>();
  readonly #broken = new Set<number>();
  readonly #tried = new Set<number>();

  constructor(dataset: Dataset, { maxFailureRate }: { maxFailureRate?: number | undefined } = {}) {
    if (dataset.packedSize === undefined)
      throw new Error('PackedImages: the data set is not a raw packed store');
    this.dataset = dataset;
    this.#maxFailureRate = maxFailureRate;
  }

  async fetch(indices: Int32Array): Promise<Images> {
    const wanted = indices.filter((index) => !this.#broken.has(index));
    const stored = Array.from(wanted, (index) => this.#image(index));
    // One piece of memory a batch: a piece for each image keeps the garbage collector busier than the reading.
    const memory = Buffer.allocUnsafeSlow(stored.reduce((sum, { part }) => sum + part!.length, 0)); // not zeroed first
    let end = 0;
    const read = await Promise.all(
      stored.map((image, i) => {
        const begin = end;
        end += image.part!.length;
        return this.#read(image, wanted[i]!, memory.subarray(begin, end));
      }),
    );
    const images = read.filter((image) => image !== null);
    if (images.length < read.length)
      refuseTooManyProblems('reading', this.failures, this.#tried.size, this.#maxFailureRate);
    return { indices: wanted.filter((_, i) => read[i] !== null), images };
  }

  #image(index: number): ImageRef {
    const sample = this.dataset.samples[index];
    if (sample === undefined) {
      throw new RangeError(
        `PackedImages.fetch: index ${index} is outside 0 … ${this.dataset.samples.length - 1}`,
      );
    }
    return sample.image;
  }

  /** Reads into `pixels`. Null where the image was not read whole, or is not what was packed. */
  async #read(
    { path, part, crc32: expected, raw, aspect }: ImageRef,
    index: number,
    pixels: Buffer,
  ): Promise<DecodedImage | null> {
    this.#tried.add(index);
    const { offset, length } = part!;
    try {
      const file = await this.#file(path);
      const { bytesRead } = await file.read(pixels, 0, length, offset);
      if (bytesRead < length)
        throw new Error(`the file ends ${length - bytesRead} bytes before the image does`);
      if (crc32(pixels) !== expected) throw new Error(bitRot);
    } catch (error) {
      this.#broken.add(index);
      this.failures.push({ where: this.dataset.samples[index]!.id, reason: (error as Error).message });
      return null;
    }
    const { width, height, channels } = raw!;
    return {
      pixels,
      width,
      height,
      channels: channels === 4 ? 4 : 3,
      aspect: aspect ?? width / height,
    };
  }

  #file(path: string): Promise<FileHandle> {
    const file = this.#files.get(path) ?? open(path);
    this.#files.set(path, file);
    return file;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const file of this.#files.values()) await file.then((one) => one.close()).catch(() => undefined);
    this.#files.clear();
  }
}

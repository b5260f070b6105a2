// Images of a raw packed store: read straight into the batch, no decoding, no cache but the system's own.

import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
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
  readonly size: number;
  readonly failures: Problem[] = [];
  readonly #maxFailureRate: number | undefined;
  readonly #files = new Map<string, Promise<FileHandle>>();
  readonly #broken = new Set<number>();
  readonly #tried = new Set<number>();

  constructor(dataset: Dataset, { maxFailureRate }: { maxFailureRate?: number | undefined } = {}) {
    if (dataset.packedSize === undefined)
      throw new Error('PackedImages: the data set is not a raw packed store');
    this.dataset = dataset;
    this.size = dataset.packedSize;
    this.#maxFailureRate = maxFailureRate;
  }

  async fetch(indices: Int32Array): Promise<Images> {
    const wanted = indices.filter((index) => !this.#broken.has(index));
    const refs = Array.from(wanted, (index) => this.#image(index));
    const channels = refs.some(({ raw }) => raw?.channels === 4) ? 4 : 3;
    const bytes = this.size * this.size * channels;
    const pixels = new Uint8Array(wanted.length * bytes);
    const read = await Promise.all(
      refs.map((ref, i) => this.#read(ref, wanted[i]!, pixels.subarray(i * bytes, (i + 1) * bytes))),
    );
    if (read.includes(false)) {
      refuseTooManyProblems('reading', this.failures, this.#tried.size, this.#maxFailureRate);
      return this.fetch(wanted.filter((_, i) => read[i]));
    }
    return {
      indices: wanted,
      pixels,
      channels,
      aspect: Float32Array.from(refs, ({ aspect }) => aspect ?? 1),
    };
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

  /** True where the image was read whole and is what was packed; RGB is widened where the batch has alpha. */
  async #read(
    { path, part, crc32: expected, raw }: ImageRef,
    index: number,
    target: Uint8Array,
  ): Promise<boolean> {
    this.#tried.add(index);
    const { offset, length } = part!;
    const widen = raw?.channels === 3 && target.length > length;
    const bytes = widen ? new Uint8Array(length) : target;
    try {
      const file = await this.#file(path);
      const { bytesRead } = await file.read(bytes, 0, length, offset);
      if (bytesRead < length)
        throw new Error(`the file ends ${length - bytesRead} bytes before the image does`);
      if (crc32(bytes) !== expected) throw new Error(bitRot);
    } catch (error) {
      this.#broken.add(index);
      this.failures.push({ where: this.dataset.samples[index]!.id, reason: (error as Error).message });
      return false;
    }
    if (widen) {
      for (let i = 0, j = 0; i < length; i += 3, j += 4) {
        target[j] = bytes[i]!;
        target[j + 1] = bytes[i + 1]!;
        target[j + 2] = bytes[i + 2]!;
        target[j + 3] = 255;
      }
    }
    return true;
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

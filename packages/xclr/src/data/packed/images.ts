// Images of a raw packed store: read as they lie, no decoding, no cache but the system's own.

import { closeSync, openSync } from 'node:fs';
import { io } from '@xclr/torch';
import type { DecodedImage } from '../decode/decoded.js';
import { bitRot } from '../decode/read.js';
import type { ImageReader, Images } from '../images.js';
import { refuseTooManyProblems } from '../problems.js';
import type { Dataset, ImageRef, Problem } from '../types.js';

/** A batch is read in so many parts at the same time, on the threads that Node keeps for files, of which there are four. */
const partsAtATime = 4;

/**
 * Reads by position, on other threads, while the main thread computes; the pages stay in the system's cache, as those of a
 * mapped file would (mapping them was no faster, and stalls the main thread on a cold disk).
 */
export class PackedImages implements ImageReader {
  readonly dataset: Dataset;
  readonly failures: Problem[] = [];
  readonly #maxFailureRate: number | undefined;
  /** File descriptors, or why a file could not be opened. */
  readonly #files = new Map<string, number | string>();
  readonly #broken = new Set<number>();
  readonly #tried = new Set<number>();
  /** Reads under way: their files must not be closed. */
  readonly #reading = new Set<Promise<unknown>>();

  constructor(dataset: Dataset, { maxFailureRate }: { maxFailureRate?: number | undefined } = {}) {
    if (dataset.packedSize === undefined)
      throw new Error('PackedImages: the data set is not a raw packed store');
    this.dataset = dataset;
    this.#maxFailureRate = maxFailureRate;
  }

  async fetch(indices: Int32Array): Promise<Images> {
    const wanted = indices.filter((index) => !this.#broken.has(index));
    const stored = Array.from(wanted, (index) => this.#image(index));
    const bytes = stored.reduce((sum, { part }) => sum + part!.length, 0);
    // One piece of memory a batch: a piece for each image keeps the garbage collector busier than the reading.
    const memory = Buffer.allocUnsafeSlow(bytes); // not zeroed first
    const reading = this.#read(stored, memory);
    this.#reading.add(reading);
    const faults = await reading.finally(() => this.#reading.delete(reading));
    const read: number[] = [];
    const images: DecodedImage[] = [];
    let end = 0;
    for (const [i, image] of stored.entries()) {
      const index = wanted[i]!;
      const begin = end;
      end += image.part!.length;
      this.#tried.add(index);
      const reason = faults[i];
      if (reason === null) {
        read.push(index);
        images.push(asDecoded(image, memory.subarray(begin, end)));
      } else {
        this.#broken.add(index);
        this.failures.push({ where: this.dataset.samples[index]!.id, reason: reason! });
      }
    }
    if (images.length < stored.length)
      refuseTooManyProblems('reading', this.failures, this.#tried.size, this.#maxFailureRate);
    return { indices: Int32Array.from(read), images };
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

  /** Reads the images into `memory`, one after the other. For each null, or the reason why it was not read whole. */
  async #read(stored: readonly ImageRef[], memory: Uint8Array): Promise<(string | null)[]> {
    const each = Math.max(1, Math.ceil(stored.length / partsAtATime));
    const parts: Promise<(string | null)[]>[] = [];
    let begin = 0;
    for (let from = 0; from < stored.length; from += each) {
      const images = stored.slice(from, from + each);
      parts.push(this.#readPart(images, memory.subarray(begin)));
      for (const { part } of images) begin += part!.length;
    }
    return (await Promise.all(parts)).flat();
  }

  async #readPart(images: readonly ImageRef[], into: Uint8Array): Promise<(string | null)[]> {
    const files = images.map(({ path }) => this.#file(path));
    const ranges = {
      files: Int32Array.from(files, (file) => (typeof file === 'number' ? file : -1)), // which nothing can be read from
      offsets: Float64Array.from(images, ({ part }) => part!.offset),
      lengths: Uint32Array.from(images, ({ part }) => part!.length),
      sums: Uint32Array.from(images, (image) => image.crc32!),
    };
    const faults = await io.readFileRanges(ranges, into);
    return faults.map((fault, i) => {
      const file = files[i]!;
      return typeof file === 'string' ? file : reasonOf(fault);
    });
  }

  #file(path: string): number | string {
    const known = this.#files.get(path);
    if (known !== undefined) return known;
    const file = opened(path);
    this.#files.set(path, file);
    return file;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#reading);
    for (const file of this.#files.values()) if (typeof file === 'number') closeSync(file);
    this.#files.clear();
  }
}

/** A file descriptor, or why there is none. */
function opened(path: string): number | string {
  try {
    return openSync(path, 'r');
  } catch (error) {
    return (error as Error).message;
  }
}

function reasonOf(fault: io.RangeFault): string | null {
  if (fault === null) return null;
  if (fault === 'damaged') return bitRot;
  return 'missing' in fault ? `the file ends ${fault.missing} bytes before the image does` : fault.error;
}

function asDecoded({ raw, aspect }: ImageRef, pixels: Uint8Array): DecodedImage {
  const { width, height, channels } = raw!;
  return { pixels, width, height, channels: channels === 4 ? 4 : 3, aspect: aspect ?? width / height };
}

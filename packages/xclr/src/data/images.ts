// Decoded images of a dataset: cached in one buffer as far as it goes, decoded by the pool otherwise.

import { UserError } from '../util/errors.js';
import { DecodePool, type DecodePoolOptions } from './decode/pool.js';
import { refuseTooManyProblems } from './problems.js';
import type { Dataset, Problem } from './types.js';

/** Settings of an image store. */
export interface ImageStoreOptions extends DecodePoolOptions {
  /** S: images are squashed to S×S pixels; the aspect ratio is kept beside them. */
  readonly size: number;
  /** Most bytes of decoded images to keep; 1 GiB by default. What does not fit is decoded every time. */
  readonly cacheBytes?: number;
  /** Stop when more than this fraction of the images tried (and at least 10) is broken. Default 0.1. */
  readonly maxFailureRate?: number;
}

/** Pixels of some samples. Broken ones are missing, so there may be fewer than were asked for. */
export interface Images {
  /** (b) indices into dataset.samples, in the order asked for. */
  readonly indices: Int32Array;
  /** (b, S, S, channels) RGB or RGBA, 8 bits a channel, sRGB, alpha not premultiplied. */
  readonly pixels: Uint8Array<ArrayBuffer>;
  readonly channels: 3 | 4;
  /** (b) width over height of the original. */
  readonly aspect: Float32Array;
}

/** Gives pixels of a dataset's samples, decoded or as they lie. */
export interface ImageReader extends AsyncDisposable {
  readonly dataset: Dataset;
  /** S, in pixels. */
  readonly size: number;
  /** Samples that could not be read, with their reasons. */
  readonly failures: readonly Problem[];
  /**
   * Pixels of the samples, in order. Rejects with a UserError that lists the first failures when too many images are
   * broken.
   */
  fetch(indices: Int32Array): Promise<Images>;
}

const unseen = 0;
const ready = 1;
const broken = 2;

/** Gives pixels of a dataset's samples; results do not depend on the cache or the number of threads. */
export class ImageStore implements ImageReader {
  readonly dataset: Dataset;
  readonly size: number;
  readonly failures: Problem[] = [];
  readonly #pool: DecodePool;
  readonly #maxFailureRate: number | undefined;
  readonly #cache: SharedArrayBuffer;
  readonly #slots: number;
  #slotsTaken = 0;
  #tried = 0;
  /** For each sample: its place in the cache, or -1. */
  readonly #slotOf: Int32Array;
  readonly #state: Uint8Array;
  readonly #aspect: Float32Array;
  /** Decoding under way into the cache, by sample. */
  readonly #pending = new Map<number, Promise<void>>();

  constructor(dataset: Dataset, options: ImageStoreOptions) {
    const { size, cacheBytes = 2 ** 30, maxFailureRate, ...poolOptions } = options;
    if (!Number.isInteger(size) || size < 1) {
      throw new RangeError(`ImageStore: size must be an integer of at least 1 pixel, got ${size}`);
    }
    this.dataset = dataset;
    this.size = size;
    this.#maxFailureRate = maxFailureRate;
    this.#pool = new DecodePool(poolOptions);
    const count = dataset.samples.length;
    this.#slots = Math.min(count, Math.floor(cacheBytes / this.bytesAnImage));
    this.#cache = new SharedArrayBuffer(this.#slots * this.bytesAnImage); // pages are taken when written
    this.#slotOf = new Int32Array(count).fill(-1);
    this.#state = new Uint8Array(count);
    this.#aspect = new Float32Array(count);
  }

  /** Bytes of one decoded image. */
  get bytesAnImage(): number {
    return this.size * this.size * 4;
  }

  /** How many images the cache holds. */
  get cached(): number {
    return this.#slotsTaken;
  }

  /** Costs a copy where the images are cached. */
  async fetch(indices: Int32Array): Promise<Images> {
    const bytes = this.bytesAnImage;
    const missing = indices.filter((index) => this.#state[index] !== broken && !this.#isCached(index));
    const loose = missing.filter((index) => !this.#reserve(index));
    const staging = new SharedArrayBuffer(loose.length * bytes);
    const placeOf = new Map<number, number>();
    loose.forEach((index, place) => {
      placeOf.set(index, place);
    });
    if (missing.length > 0) {
      await Promise.all(
        [...new Set(missing)].map((index) => {
          const place = placeOf.get(index);
          return place === undefined ? this.#fill(index) : this.#decode(index, staging, place * bytes);
        }),
      );
      refuseTooManyProblems('decoding', this.failures, this.#tried, this.#maxFailureRate);
    }
    const good = indices.filter((index) => this.#state[index] === ready);
    const pixels = new Uint8Array(good.length * bytes);
    good.forEach((index, i) => {
      const place = placeOf.get(index);
      const source =
        place === undefined
          ? new Uint8Array(this.#cache, this.#slotOf[index]! * bytes, bytes)
          : new Uint8Array(staging, place * bytes, bytes);
      pixels.set(source, i * bytes);
    });
    const aspect = Float32Array.from(good, (index) => this.#aspect[index]!);
    return { indices: good, pixels, channels: 4, aspect };
  }

  #isCached(index: number): boolean {
    return this.#state[index] === ready && this.#slotOf[index]! >= 0;
  }

  /** True when the sample has, or now gets, a place in the cache. */
  #reserve(index: number): boolean {
    if (this.#slotOf[index]! >= 0) return true;
    if (this.#slotsTaken === this.#slots) return false;
    this.#slotOf[index] = this.#slotsTaken++;
    return true;
  }

  /** Decodes into the cache, once even when several batches ask at the same time. */
  #fill(index: number): Promise<void> {
    let filling = this.#pending.get(index);
    if (filling === undefined) {
      filling = this.#decode(index, this.#cache, this.#slotOf[index]! * this.bytesAnImage).finally(() =>
        this.#pending.delete(index),
      );
      this.#pending.set(index, filling);
    }
    return filling;
  }

  async #decode(index: number, target: SharedArrayBuffer, offset: number): Promise<void> {
    const sample = this.dataset.samples[index];
    if (sample === undefined) {
      throw new RangeError(`ImageStore.fetch: index ${index} is outside 0 … ${this.#state.length - 1}`);
    }
    const decoded = this.#pool.decode(sample.image, this.size, target, offset);
    const result = await decoded.catch((error: unknown) => {
      if (error instanceof UserError) this.failures.push({ where: sample.id, reason: error.message });
      throw error;
    });
    if (this.#state[index] === unseen) this.#tried++;
    if ('aspect' in result) {
      this.#aspect[index] = result.aspect;
      this.#state[index] = ready;
    } else {
      if (this.#state[index] !== broken) this.failures.push({ where: sample.id, reason: result.reason });
      this.#state[index] = broken;
    }
  }

  /** Stops the decoding threads. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool[Symbol.asyncDispose]();
  }
}

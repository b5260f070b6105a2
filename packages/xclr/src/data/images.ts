// Decoded images of a dataset: kept in memory as far as it goes, decoded by the pool otherwise.

import { UserError } from '../util/errors.js';
import type { DecodedImage } from './decode/decoded.js';
import { checkImageSize, type ImageSize } from './decode/image-size.js';
import { DecodePool, type DecodePoolOptions } from './decode/pool.js';
import { refuseTooManyProblems } from './problems.js';
import { expectImages } from './remote/hold.js';
import type { Dataset, Problem } from './types.js';

/** Settings of an image store. */
export interface ImageStoreOptions extends DecodePoolOptions {
  /** To what size images are decoded. */
  readonly size: ImageSize;
  /** Most bytes of decoded images to keep; 1 GiB by default. What does not fit is decoded every time. */
  readonly cacheBytes?: number;
  /** Stop when more than this fraction of the images tried (and at least 10) is broken. Default 0.1. */
  readonly maxFailureRate?: number;
}

/** Some samples' images. Broken ones are missing, so there may be fewer than were asked for. */
export interface Images {
  /** (b) indices into dataset.samples, in the order asked for. */
  readonly indices: Int32Array;
  /** (b) each of its own size. */
  readonly images: readonly DecodedImage[];
}

/** Gives images of a dataset's samples, decoded or as they lie. */
export interface ImageReader extends AsyncDisposable {
  readonly dataset: Dataset;
  /** Samples that could not be read, with their reasons. */
  readonly failures: readonly Problem[];
  /**
   * Images of the samples, in order. Rejects with a UserError that lists the first failures when too many images are
   * broken.
   */
  fetch(indices: Int32Array): Promise<Images>;
  /** Says which samples will be asked for, in that order, where that helps to have them here. */
  upcoming?(indices: Int32Array): void;
}

/** Gives images of a dataset's samples; results do not depend on the cache or the number of threads. */
export class ImageStore implements ImageReader {
  readonly dataset: Dataset;
  readonly size: ImageSize;
  readonly failures: Problem[] = [];
  readonly #pool: DecodePool;
  readonly #maxFailureRate: number | undefined;
  readonly #cacheBytes: number;
  readonly #cache = new Map<number, DecodedImage>();
  #cachedBytes = 0;
  readonly #tried = new Set<number>();
  readonly #broken = new Set<number>();
  /** Decoding under way, by sample. */
  readonly #pending = new Map<number, Promise<DecodedImage | null>>();

  constructor(dataset: Dataset, options: ImageStoreOptions) {
    const { size, cacheBytes = 2 ** 30, maxFailureRate, ...poolOptions } = options;
    checkImageSize('ImageStore', size);
    this.dataset = dataset;
    this.size = size;
    this.#cacheBytes = cacheBytes;
    this.#maxFailureRate = maxFailureRate;
    this.#pool = new DecodePool(poolOptions);
  }

  /** How many images the cache holds. */
  get cached(): number {
    return this.#cache.size;
  }

  upcoming(indices: Int32Array): void {
    if (this.dataset.shards === undefined) return;
    const { samples } = this.dataset;
    expectImages(Array.from(indices, (index) => samples[index]!.image));
  }

  async fetch(indices: Int32Array): Promise<Images> {
    const found = await Promise.all(Array.from(indices, (index) => this.#image(index)));
    refuseTooManyProblems('decoding', this.failures, this.#tried.size, this.#maxFailureRate);
    const images = found.filter((image) => image !== null);
    return { indices: indices.filter((_, i) => found[i] !== null), images };
  }

  /** Null where the image is broken. One that several batches ask for at a time is decoded once. */
  #image(index: number): DecodedImage | null | Promise<DecodedImage | null> {
    if (this.#broken.has(index)) return null;
    const known = this.#cache.get(index) ?? this.#pending.get(index);
    if (known !== undefined) return known;
    const decoding = this.#decode(index).finally(() => this.#pending.delete(index));
    this.#pending.set(index, decoding);
    return decoding;
  }

  async #decode(index: number): Promise<DecodedImage | null> {
    const sample = this.dataset.samples[index];
    if (sample === undefined) {
      throw new RangeError(
        `ImageStore.fetch: index ${index} is outside 0 … ${this.dataset.samples.length - 1}`,
      );
    }
    const result = await this.#pool.decode(sample.image, this.size).catch((error: unknown) => {
      if (error instanceof UserError) this.failures.push({ where: sample.id, reason: error.message });
      throw error;
    });
    this.#tried.add(index);
    if ('reason' in result) {
      this.failures.push({ where: sample.id, reason: result.reason });
      this.#broken.add(index);
      return null;
    }
    const bytes = result.pixels.length;
    if (this.#cachedBytes + bytes <= this.#cacheBytes) {
      this.#cachedBytes += bytes;
      this.#cache.set(index, result);
    }
    return result;
  }

  /** Stops the decoding threads. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool[Symbol.asyncDispose]();
  }
}

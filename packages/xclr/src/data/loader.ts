// Batches of decoded images in a reproducible order, some of them made ahead.

import { completeBatch } from './complete-batch.js';
import { bytesOf } from './decode/decoded.js';
import type { ImageReader, Images } from './images.js';
import { type Position, Sampler, type SamplerOptions } from './sampler.js';

/** Settings of a loader. */
export interface LoaderOptions extends SamplerOptions {
  /** Batches decoded ahead of the one in use; 2 by default. */
  readonly prefetch?: number;
  /**
   * Most bytes of pixels to hold ahead of the batch in use, whatever `prefetch` says; 256 MiB by default. A batch that is
   * still being made counts as much as the largest so far.
   */
  readonly prefetchBytes?: number;
  /** Take another of the samples for each broken image, the same one every time, so that all batches are of one size. */
  readonly complete?: boolean;
}

/** One batch; smaller than batchSize where images are broken, unless `complete` asks for others in their place. */
export interface Batch extends Images {
  /** This batch's place, from 0. */
  readonly position: Position;
  /** (b) how often each sample came before in its epoch; absent where none of the epoch comes twice. */
  readonly occurrences?: Int32Array;
  /** Seconds that the consumer waited for it: time not spent training. */
  readonly waitSeconds: number;
}

/** Reads batches from an image store. Several loaders may share one store. */
export class Loader {
  readonly batchesPerEpoch: number;
  readonly #store: ImageReader;
  readonly #sampler: Sampler;
  readonly #prefetch: number;
  readonly #prefetchBytes: number;
  readonly #complete: boolean;
  /** Bytes of the largest batch so far; 0 before the first. */
  #largest = 0;

  constructor(
    store: ImageReader,
    { prefetch = 2, prefetchBytes = 2 ** 28, complete = false, ...options }: LoaderOptions,
  ) {
    this.#store = store;
    this.#sampler = new Sampler(options);
    this.#prefetch = prefetch;
    this.#prefetchBytes = prefetchBytes;
    this.#complete = complete;
    this.batchesPerEpoch = this.#sampler.batchesPerEpoch;
  }

  /**
   * The batches of one epoch from a place on: `{ epoch, batch: k }` gives what a whole epoch gives after its first k.
   * Batches in which every image is broken are passed over. Ending the loop early abandons what was made ahead.
   */
  async *epoch({
    epoch,
    batch: start = 0,
  }: {
    epoch: number;
    batch?: number;
  }): AsyncGenerator<Batch, void, void> {
    this.#store.upcoming?.(this.#sampler.rest({ epoch, batch: start }));
    const ahead: Promise<Images>[] = [];
    let asked = start;
    const askOn = (most: number): void => {
      while (asked < this.batchesPerEpoch && ahead.length < most) {
        const images = this.#fetch({ epoch, batch: asked++ });
        images.catch(() => undefined); // reported where it is awaited; abandoned batches report nothing
        ahead.push(images);
      }
    };
    for (let batch = start; batch < this.batchesPerEpoch; batch++) {
      const began = performance.now();
      askOn(Math.max(1, this.#ahead));
      const images = await ahead.shift()!;
      this.#largest = Math.max(this.#largest, bytesOf(images.images));
      askOn(this.#ahead);
      const waitSeconds = (performance.now() - began) / 1000;
      if (images.indices.length === 0) continue;
      const position = { epoch, batch };
      const occurrences = occurrencesOf(images.indices, this.#sampler, position);
      yield { ...images, position, waitSeconds, ...(occurrences !== null && { occurrences }) };
    }
  }

  async #fetch(position: Position): Promise<Images> {
    const samples = this.#sampler.batch(position);
    const images = await this.#store.fetch(samples);
    if (!this.#complete || images.indices.length === samples.length) return images;
    return completeBatch(this.#store, samples, images, this.#sampler.others(position));
  }

  /** Batches that may be ahead; none before the first tells how large they are. */
  get #ahead(): number {
    return this.#largest === 0
      ? 0
      : Math.min(this.#prefetch, Math.floor(this.#prefetchBytes / this.#largest));
  }
}

/** Those of the samples that could be read, in their order: a broken image is left out wherever it comes. */
function occurrencesOf(read: Int32Array, sampler: Sampler, position: Position): Int32Array | null {
  const asked = sampler.occurrences(position);
  if (asked === null) return null;
  const samples = sampler.batch(position);
  let place = -1;
  return read.map((sample) => {
    const next = samples.indexOf(sample, place + 1);
    if (next < 0) return 0; // stands for one that is broken
    place = next;
    return asked[place]!;
  });
}

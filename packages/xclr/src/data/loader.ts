// Batches of decoded pictures in a reproducible order, some of them made ahead.

import type { PictureReader, Pictures } from './pictures.js';
import { type Position, Sampler, type SamplerOptions } from './sampler.js';

/** Settings of a loader. */
export interface LoaderOptions extends SamplerOptions {
  /** Batches decoded ahead of the one in use; 2 by default. */
  readonly prefetch?: number;
  /** Most bytes of pixels to hold ahead of the batch in use, whatever `prefetch` says; 256 MiB by default. */
  readonly prefetchBytes?: number;
}

/** One batch; smaller than batchSize where pictures are broken (they are never replaced by others). */
export interface Batch extends Pictures {
  /** This batch's place, from 0. */
  readonly position: Position;
  /** Seconds that the consumer waited for it: time not spent training. */
  readonly waitSeconds: number;
}

/** Reads batches from a picture store. Several loaders may share one store. */
export class Loader {
  readonly batchesPerEpoch: number;
  readonly #store: PictureReader;
  readonly #sampler: Sampler;
  readonly #prefetch: number;

  constructor(store: PictureReader, { prefetch = 2, prefetchBytes = 2 ** 28, ...options }: LoaderOptions) {
    this.#store = store;
    this.#sampler = new Sampler(options);
    const batchBytes = options.batchSize * store.size * store.size * 4; // RGBA, the most a picture takes
    this.#prefetch = Math.min(prefetch, Math.floor(prefetchBytes / batchBytes));
    this.batchesPerEpoch = this.#sampler.batchesPerEpoch;
  }

  /**
   * The batches of one epoch from a place on: `{ epoch, batch: k }` gives what a whole epoch gives after its first k.
   * Batches in which every picture is broken are passed over. Ending the loop early abandons what was made ahead.
   */
  async *epoch({
    epoch,
    batch: start = 0,
  }: {
    epoch: number;
    batch?: number;
  }): AsyncGenerator<Batch, void, void> {
    const ahead: Promise<Pictures>[] = [];
    let asked = start;
    const askOn = (most: number): void => {
      while (asked < this.batchesPerEpoch && ahead.length < most) {
        const pictures = this.#store.fetch(this.#sampler.batch({ epoch, batch: asked++ }));
        pictures.catch(() => undefined); // reported where it is awaited; abandoned batches report nothing
        ahead.push(pictures);
      }
    };
    for (let batch = start; batch < this.batchesPerEpoch; batch++) {
      const began = performance.now();
      askOn(Math.max(1, this.#prefetch));
      const pictures = await ahead.shift()!;
      askOn(this.#prefetch);
      const waitSeconds = (performance.now() - began) / 1000;
      if (pictures.indices.length > 0) yield { ...pictures, position: { epoch, batch }, waitSeconds };
    }
  }
}

// Batches of decoded pictures in a reproducible order, some of them made ahead.

import type { PictureReader, Pictures } from './pictures.js';
import { type Position, Sampler, type SamplerOptions } from './sampler.js';

/** Settings of a loader. */
export interface LoaderOptions extends SamplerOptions {
  /** Batches decoded ahead of the one in use; 2 by default. */
  readonly prefetch?: number;
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

  constructor(store: PictureReader, { prefetch = 2, ...options }: LoaderOptions) {
    this.#store = store;
    this.#sampler = new Sampler(options);
    this.#prefetch = prefetch;
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
    const askOn = (): void => {
      while (asked < this.batchesPerEpoch && ahead.length <= this.#prefetch) {
        const pictures = this.#store.fetch(this.#sampler.batch({ epoch, batch: asked++ }));
        pictures.catch(() => undefined); // reported where it is awaited; abandoned batches report nothing
        ahead.push(pictures);
      }
    };
    for (let batch = start; batch < this.batchesPerEpoch; batch++) {
      const began = performance.now();
      askOn();
      const pictures = await ahead.shift()!;
      askOn();
      const waitSeconds = (performance.now() - began) / 1000;
      if (pictures.indices.length > 0) yield { ...pictures, position: { epoch, batch }, waitSeconds };
    }
  }
}

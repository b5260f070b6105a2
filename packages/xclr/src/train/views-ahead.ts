// A run's batches with their views made already, one batch ahead, while a GPU is busy with the one before.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Device, Tensor } from '@xclr/torch';
import { makeViewsBySizeLater, type Recipe } from '../data/augment/index.js';
import { aspectsOf, type Batch, imageTensors } from '../data/index.js';
import type { Batches, BatchesState } from './batches.js';
import type { TrainConfig } from './config.js';
import type { Stateful } from './stateful.js';
import { viewKeys } from './view-keys.js';

export interface MadeBatch extends Batch {
  /** The views by size, (n, 3, s, s) in pinned memory; the step disposes of them. */
  readonly sizes?: readonly Tensor[];
}

interface Ahead {
  readonly batch: MadeBatch;
  /** Where the run stands once this batch is handed out. */
  readonly state: BatchesState;
}

export interface ViewsAheadOptions {
  readonly config: TrainConfig;
  readonly device: Device;
  readonly recipe: Recipe;
  /** Views of full size an image. */
  readonly views: number;
  /** Whether to make them ahead: by default on any device but the CPU. */
  readonly ahead?: boolean;
}

/** Hands out the batches of a run; on the CPU, whose cores have enough to do, as they are. */
export class ViewsAhead implements Stateful<BatchesState>, AsyncDisposable {
  readonly #batches: Batches;
  readonly #options: ViewsAheadOptions;
  readonly #makesAhead: boolean;
  #ahead: Promise<Ahead> | null = null;
  #state: BatchesState;

  constructor(batches: Batches, options: ViewsAheadOptions) {
    this.#batches = batches;
    this.#options = options;
    this.#makesAhead = options.ahead ?? options.device !== 'cpu';
    this.#state = batches.stateDict();
  }

  get perEpoch(): number {
    return this.#batches.perEpoch;
  }

  /**
   * The next batch.
   * @param options more: whether another is to be made ahead
   * @throws {UserError} where an epoch has no image that can be read
   */
  async next({ more }: { readonly more: boolean }): Promise<MadeBatch> {
    const began = performance.now();
    const { batch, state } = await (this.#ahead ?? this.#make());
    this.#ahead = null;
    this.#state = state;
    if (!this.#makesAhead) return batch;
    if (more) {
      this.#ahead = this.#make();
      this.#ahead.catch(() => undefined); // told when the batch is asked for
      // A step takes this thread until it is queued. One turn before it, so that images that are decoded already are on their way
      // to another thread by then; on others nobody waits.
      await nextTurn();
    }
    return { ...batch, waitSeconds: (performance.now() - began) / 1000 };
  }

  async #make(): Promise<Ahead> {
    const batch = await this.#batches.next();
    const state = this.#batches.stateDict();
    const { config, device, recipe, views } = this.#options;
    if (!this.#makesAhead) return { batch, state };
    const { indices, images, occurrences, position } = batch;
    const pixels = imageTensors(images); // b of (h, w, 3 or 4) uint8
    try {
      const sizes = await makeViewsBySizeLater(pixels, {
        aspect: aspectsOf(images),
        ids: viewKeys(indices, occurrences),
        ...{ seed: config.seed, epoch: position.epoch, size: config.views.size, recipe, views },
        later: { pinned: device !== 'cpu' },
      });
      return { batch: { ...batch, sizes }, state };
    } finally {
      for (const one of pixels) one.dispose();
    }
  }

  stateDict(): BatchesState {
    return this.#state;
  }

  loadStateDict(state: BatchesState): void {
    this.#batches.loadStateDict(state);
    this.#state = state;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const made = await this.#ahead?.catch(() => null);
    for (const one of made?.batch.sizes ?? []) one.dispose();
    await this.#batches[Symbol.asyncDispose]();
  }
}

// The batches of a run, epoch after epoch, and the place in them where the run stands.
import type { Batch, Loader } from '../data/index.js';
import { UserError } from '../util/errors.js';
import type { Stateful } from './stateful.js';

/** The next batch's place: `batch` batches of `epoch` were handed out. */
export interface BatchesState {
  readonly epoch: number;
  readonly batch: number;
}

/** Endless batches from a loader. Disposing it abandons the batches that were made ahead. */
export class Batches implements Stateful<BatchesState>, AsyncDisposable {
  readonly #loader: Loader;
  #epoch = 0;
  #batch = 0;
  #current: AsyncGenerator<Batch, void, void> | undefined;

  constructor(loader: Loader) {
    this.#loader = loader;
  }

  get perEpoch(): number {
    return this.#loader.batchesPerEpoch;
  }

  /** The next batch; a new epoch begins where one ends. @throws {UserError} where an epoch has no image that can be read */
  async next(): Promise<Batch> {
    for (;;) {
      const fresh = this.#current === undefined && this.#batch === 0;
      this.#current ??= this.#loader.epoch({ epoch: this.#epoch, batch: this.#batch });
      const { value: batch } = await this.#current.next();
      if (batch) {
        this.#batch = batch.position.batch + 1;
        return batch;
      }
      if (fresh) {
        throw new UserError(
          'training: expected images in every epoch, got an epoch in which none can be read',
          '`xclr data verify` lists what is wrong with each image',
        );
      }
      this.#current = undefined;
      this.#epoch++;
      this.#batch = 0;
    }
  }

  stateDict(): BatchesState {
    return { epoch: this.#epoch, batch: this.#batch };
  }

  loadStateDict({ epoch, batch }: BatchesState): void {
    this.#current = undefined;
    this.#epoch = epoch;
    this.#batch = batch;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#current?.return();
  }
}

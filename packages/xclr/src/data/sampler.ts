// Which samples make up which batch of which epoch: a pure function of the seed, so that a run can resume anywhere.

import { UserError } from '../util/errors.js';
import { permutation, purpose } from '../util/random.js';

/** A place in training: `batch` batches of `epoch` are done. */
export interface Position {
  readonly epoch: number;
  readonly batch: number;
}

/** How batches are drawn. */
export interface SamplerOptions {
  /** Indices into the dataset's samples. */
  readonly indices: Int32Array;
  readonly batchSize: number;
  /** 'shuffled': a new permutation every epoch, from the seed. 'sequential': as given. */
  readonly order?: 'shuffled' | 'sequential';
  readonly seed?: number;
  /** Leave out the last, smaller batch; contrastive training wants batches of one size. */
  readonly dropLast?: boolean;
}

/** Slices an epoch's order into batches. */
export class Sampler {
  readonly batchesPerEpoch: number;
  readonly #options: Required<SamplerOptions>;
  #order: Int32Array = new Int32Array(0);
  #orderOf = -1;

  constructor({
    indices,
    batchSize,
    order = 'shuffled',
    seed = 0,
    dropLast = order === 'shuffled',
  }: SamplerOptions) {
    if (!Number.isInteger(batchSize) || batchSize < 1) {
      throw new RangeError(`Sampler: batchSize must be an integer of at least 1, got ${batchSize}`);
    }
    if (indices.length === 0) throw new UserError('Sampler: there are no samples to draw batches from');
    if (dropLast && batchSize > indices.length) {
      throw new UserError(
        `Sampler: batchSize is ${batchSize}, but there are only ${indices.length} samples`,
        `Set the batch size to at most ${indices.length}, or use more data.`,
      );
    }
    this.#options = { indices, batchSize, order, seed, dropLast };
    const batches = indices.length / batchSize;
    this.batchesPerEpoch = dropLast ? Math.floor(batches) : Math.ceil(batches);
  }

  /** Sample indices of one batch. */
  batch({ epoch, batch }: Position): Int32Array {
    if (epoch < 0 || batch < 0 || batch >= this.batchesPerEpoch) {
      throw new RangeError(
        `Sampler.batch: batch must be in 0 … ${this.batchesPerEpoch - 1} and epoch at least 0, got ${batch}, ${epoch}`,
      );
    }
    const { batchSize } = this.#options;
    return this.#orderIn(epoch).slice(batch * batchSize, (batch + 1) * batchSize);
  }

  #orderIn(epoch: number): Int32Array {
    const { indices, order, seed } = this.#options;
    if (order === 'sequential') return indices;
    if (this.#orderOf !== epoch) {
      this.#order = permutation(indices.length, seed, epoch, purpose.order).map((place) => indices[place]!);
      this.#orderOf = epoch;
    }
    return this.#order;
  }
}

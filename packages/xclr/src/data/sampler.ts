// Which samples make up which batch of which epoch: a pure function of the seed, so that a run can resume anywhere.

import { UserError } from '../util/errors.js';
import {
  type Order,
  occurrencesIn,
  type Rank,
  sequential,
  shardByRank,
  shardSize,
  shuffled,
} from './orders.js';

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
  /** 'shuffled': a new permutation every epoch, from the seed. 'sequential': as given. Or an order of orders.ts. */
  readonly order?: 'shuffled' | 'sequential' | Order;
  readonly seed?: number;
  /** Leave out the last, smaller batch; contrastive training wants batches of one size. */
  readonly dropLast?: boolean;
  /** This process's shard, where several train together; batchSize is then the shard's. */
  readonly shard?: Rank;
}

/** Slices an epoch's order into batches. */
export class Sampler {
  readonly batchesPerEpoch: number;
  readonly #batchSize: number;
  readonly #order: Order;
  readonly #shard: Rank;
  #current: Int32Array = new Int32Array(0);
  /** How often each sample came before in the epoch, in any process; null where none comes twice. */
  #occurrences: Int32Array | null = null;
  #currentEpoch = -1;

  constructor({
    indices,
    batchSize,
    order = 'shuffled',
    seed = 0,
    dropLast = order !== 'sequential',
    shard = { rank: 0, world: 1 },
  }: SamplerOptions) {
    if (!Number.isInteger(batchSize) || batchSize < 1) {
      throw new RangeError(`Sampler: batchSize must be an integer of at least 1, got ${batchSize}`);
    }
    if (indices.length === 0) throw new UserError('Sampler: there are no samples to draw batches from');
    const whole =
      order === 'shuffled' ? shuffled(indices, seed) : order === 'sequential' ? sequential(indices) : order;
    this.#order = whole;
    this.#shard = shard;
    this.#own(() => indices, 0); // refuses a rank that is none
    const count = shardSize(indices.length, shard);
    if (count === 0 || (dropLast && batchSize > count)) {
      throw new UserError(
        `Sampler: batchSize is ${batchSize}, but there are only ${count} samples${shard.world === 1 ? '' : ` for each of ${shard.world} processes`}`,
        `Set the batch size to at most ${count}, or use more data.`,
      );
    }
    this.#batchSize = batchSize;
    this.batchesPerEpoch = dropLast ? Math.floor(count / batchSize) : Math.ceil(count / batchSize);
  }

  /** Sample indices of one batch. */
  batch({ epoch, batch }: Position): Int32Array {
    if (epoch < 0 || batch < 0 || batch >= this.batchesPerEpoch) {
      throw new RangeError(
        `Sampler.batch: batch must be in 0 … ${this.batchesPerEpoch - 1} and epoch at least 0, got ${batch}, ${epoch}`,
      );
    }
    this.#draw(epoch);
    return this.#current.slice(batch * this.#batchSize, (batch + 1) * this.#batchSize);
  }

  /** Sample indices of a batch and all after it in its epoch. */
  rest({ epoch, batch }: Position): Int32Array {
    this.#draw(epoch);
    return this.#current.subarray(batch * this.#batchSize);
  }

  /** (b) how often each sample of a batch came before in its epoch; null where none of the epoch comes twice. */
  occurrences({ epoch, batch }: Position): Int32Array | null {
    this.#draw(epoch);
    return this.#occurrences?.slice(batch * this.#batchSize, (batch + 1) * this.#batchSize) ?? null;
  }

  /** What may stand for a sample of a batch that cannot be read: this process's others, those half an epoch away first. */
  *others({ epoch, batch }: Position): Generator<number, void, void> {
    this.#draw(epoch);
    const order = this.#current;
    const start = (batch + 1) * this.#batchSize + Math.floor(order.length / 2);
    for (let i = 0; i < order.length; i++) yield order[(start + i) % order.length]!;
  }

  #draw(epoch: number): void {
    if (this.#currentEpoch === epoch) return;
    const whole = this.#order(epoch);
    const occurrences = occurrencesIn(whole);
    this.#current = this.#own(() => whole, epoch);
    this.#occurrences = occurrences === null ? null : this.#own(() => occurrences, epoch);
    this.#currentEpoch = epoch;
  }

  #own(order: Order, epoch: number): Int32Array {
    return this.#shard.world === 1 ? order(epoch) : shardByRank(order, this.#shard)(epoch);
  }
}

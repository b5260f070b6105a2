// What training asks of the processes that it runs in. `alone` answers for one process, at no cost.
import type { nn, Tensor } from '@xclr/torch';
import type { RowRange } from '../../util/row-range.js';
import type { Checkpointed } from '../checkpoint.js';

/** The samples that all processes have in one step. */
export interface JoinedBatch {
  /** (B) places in the data set: rank 0's, rank 1's, … */
  readonly ids: Int32Array;
  /**
   * Rows of this process's samples, (v·b, d), view-major → those of all samples, (v·B, d), view-major, in the order of `ids`.
   * Their gradient is the sum of what all processes' losses say of them.
   */
  rows(own: Tensor): Tensor;
  /** Where the rows of this process's samples lie among those that `rows` gives for v views of each: a range for each view. */
  ownRows(views: number): readonly RowRange[];
}

/** The processes of a training; each has a batch of its own, and all the same weights. */
export interface World {
  /** This process's number, from 0. Rank 0 writes what is kept, and speaks. */
  readonly rank: number;
  /** How many processes there are. */
  readonly size: number;
  /** This machine's processes, among which its cores and its memory are divided. */
  readonly localSize: number;
  readonly localRank: number;
  /** All processes' samples of a step. Every process must ask. */
  join(ids: Int32Array): JoinedBatch;
  /**
   * The mean over the processes of numbers that each has, such as the loss of its part; without a gradient.
   * @param weight of this process's, 1 by default
   */
  mean(value: Tensor, weight?: number): Tensor;
  /** This process's part of the mean of all processes' losses, to go backward from. */
  part(loss: Tensor): Tensor;
  /**
   * The last backward pass of a step: the processes add their gradients up, which earlier passes left alone.
   * @param rest what of the pass remains after it went backward from `part`
   */
  backward(part: Tensor, rest?: () => void): void;
  /** Whether any process says so. */
  any(own: boolean): boolean;
  /** Before the first step: the same weights and state everywhere, those of rank 0; normalization over all batches. */
  begin(parts: Checkpointed): void;
  /** What this process handed over to others so far. */
  traffic(): { readonly messages: number; readonly bytes: number };
}

/** One process, which has all the samples. */
export const alone: World = {
  rank: 0,
  size: 1,
  localRank: 0,
  localSize: 1,
  join: (ids) => ({
    ids,
    rows: (own) => own,
    ownRows: (views) => [{ start: 0, end: views * ids.length }],
  }),
  mean: (value) => value,
  part: (loss) => loss,
  backward(part, rest) {
    part.backward();
    rest?.();
  },
  any: (own) => own,
  begin: () => undefined,
  traffic: () => ({ messages: 0, bytes: 0 }),
};

/** Parameters whose gradients are wanted. */
export const trainable = (model: nn.AnyModule): Tensor[] =>
  model.parameters().filter(({ requiresGrad }) => requiresGrad);

// Batch normalization with running statistics.
import { normRelu } from '../kernels.js';
import { native } from '../native.js';
import { batchNorm, ones, zeros } from '../ops.generated.js';
import { type Tensor, wrap } from '../tensor.js';
import { ReLU } from './activations.js';
import {
  type AnyModule,
  type Buffer,
  buffer,
  Leaf,
  type Parameter,
  parameter,
  recordsLeaves,
} from './module.js';

export interface BatchNormOptions {
  /** Added to the variance. Default 1e-5. */
  eps?: number;
  /** The new batch's weight in the running statistics; null averages all batches equally. Default 0.1. */
  momentum?: number | null;
  /** Learn a scale and a shift per channel. */
  affine?: boolean;
  /** Keep running statistics for evaluation; without them, evaluation normalizes by its own batch. */
  trackRunningStats?: boolean;
}

const relu = new ReLU({ inplace: true });

abstract class BatchNorm extends Leaf {
  readonly weight: Parameter | null; // (c)
  readonly bias: Parameter | null; // (c)
  readonly runningMean: Buffer | null; // (c)
  readonly runningVar: Buffer | null; // (c), unbiased
  readonly numBatchesTracked: Buffer | null; // () int64
  readonly eps: number;
  momentum: number | null;
  /** Batches since the count was last brought into its buffer. */
  #uncounted = 0;
  /** Normalize a training batch by the statistics of all processes' batches; see `synchronizeBatchNorm`. */
  synchronized = false;
  /** Whether a training batch enters the running statistics; see `keepRunningStatistics`. */
  updates = true;
  protected abstract readonly ranks: readonly number[];

  constructor(
    readonly numFeatures: number,
    options: BatchNormOptions = {},
  ) {
    super();
    const { eps = 1e-5, momentum = 0.1, affine = true, trackRunningStats = true } = options;
    this.eps = eps;
    this.momentum = momentum;
    this.weight = affine ? parameter(ones([numFeatures])) : null;
    this.bias = affine ? parameter(zeros([numFeatures])) : null;
    this.runningMean = trackRunningStats ? buffer(zeros([numFeatures])) : null;
    this.runningVar = trackRunningStats ? buffer(ones([numFeatures])) : null;
    this.numBatchesTracked = trackRunningStats ? buffer(zeros([], { dtype: 'int64' })) : null;
  }

  /** In training the operator updates the running statistics in place; they live outside the scope. */
  forward(input: Tensor): Tensor {
    if (!this.ranks.includes(input.ndim) || input.shape[1] !== this.numFeatures) this.#refuse(input);
    const byBatch = this.training || this.runningMean === null;
    const fraction = this.training && this.updates ? this.#countBatch() : 0;
    const { weight, bias, runningMean, runningVar, eps } = this;
    if (this.training && this.synchronized) {
      const [w, b, mean, variance] = [weight, bias, runningMean, runningVar].map(
        (one) => one?.handle ?? null,
      );
      return wrap(native.synchronizedBatchNorm(input.handle, w!, b!, mean!, variance!, fraction, eps));
    }
    return batchNorm(input, weight, bias, runningMean, runningVar, byBatch, fraction, eps, true);
  }

  /**
   * relu(norm(input) + residual). For a training batch on the CPU, channels-last, that is one operator with fewer passes over
   * memory; elsewhere three, whose results differ by rounding.
   */
  callRelu(input: Tensor, residual: Tensor | null = null): Tensor {
    if (this.#fuses(input, residual)) {
      const { weight, bias, runningMean, runningVar, eps } = this;
      const momentum = this.updates ? this.#countBatch() : 0;
      return normRelu(input, { residual, weight, bias, runningMean, runningVar, momentum, eps });
    }
    const normed = this.call(input);
    return relu.call(residual === null ? normed : normed.add_(residual));
  }

  #fuses(input: Tensor, residual: Tensor | null): boolean {
    if (!this.training || this.synchronized || recordsLeaves()) return false;
    const { dtype } = input;
    return (
      (dtype === 'float32' || dtype === 'bfloat16') &&
      input.ndim === 4 &&
      input.shape[1] === this.numFeatures &&
      input.device === 'cpu' &&
      (this.weight === null || this.weight.dtype === 'float32') &&
      (this.runningMean === null || this.runningMean.dtype === 'float32') &&
      !input.isContiguous() &&
      input.isContiguous({ memoryFormat: 'channels_last' }) &&
      (residual === null || residual.dtype === dtype)
    );
  }

  /** On a GPU counted on this side, and brought into the buffer when the state is asked for: a launch a layer and step is much. */
  #countBatch(): number {
    if (this.numBatchesTracked === null) return this.momentum ?? 0;
    if (this.numBatchesTracked.device === 'cpu') this.numBatchesTracked.add_(1);
    else this.#uncounted++;
    // Averaging equally needs the count on this side, which waits for the device.
    return this.momentum ?? 1 / (this.numBatchesTracked.item() + this.#uncounted);
  }

  protected override members(): [name: string, member: Tensor | AnyModule][] {
    if (this.#uncounted > 0 && this.numBatchesTracked?.disposed === false)
      this.numBatchesTracked.add_(this.#uncounted);
    this.#uncounted = 0;
    return super.members();
  }

  #refuse(input: Tensor): never {
    const expected = this.ranks.map((rank) =>
      ['n', this.numFeatures, 'h', 'w', 'd'].slice(0, rank).join(', '),
    );
    throw new Error(
      `${this.constructor.name}: input must be (${expected.join(') or (')}), got (${input.shape.join(', ')})`,
    );
  }
}

/** torch.nn.BatchNorm1d: (n, c) or (n, c, l), statistics per channel. */
export class BatchNorm1d extends BatchNorm {
  protected readonly ranks = [2, 3];
}

/** torch.nn.BatchNorm2d: (n, c, h, w), statistics per channel. */
export class BatchNorm2d extends BatchNorm {
  protected readonly ranks = [4];
}

/**
 * Has the batch normalizations of a model take their statistics over the batches of all processes of the group that this one is
 * in, as torch.nn.SyncBatchNorm does: one message a layer forward and one backward. Ranks may have batches of different sizes.
 * @returns how many layers there are
 */
export function synchronizeBatchNorm(model: AnyModule): number {
  const layers = normsOf(model);
  for (const layer of layers) layer.synchronized = true;
  return layers.length;
}

const normsOf = (model: AnyModule): BatchNorm[] =>
  [...model.namedModules().values()].filter((module) => module instanceof BatchNorm);

/** How many batch normalizations a model has. */
export const countBatchNorms = (model: AnyModule): number => normsOf(model).length;

/**
 * Runs `forward` so that batches are normalized as ever, but leave the running statistics as they are: for a pass over a batch that
 * is passed again.
 */
export function keepRunningStatistics<T>(model: AnyModule, forward: () => T): T {
  const layers = normsOf(model).filter(({ updates }) => updates);
  for (const layer of layers) layer.updates = false;
  try {
    return forward();
  } finally {
    for (const layer of layers) layer.updates = true;
  }
}

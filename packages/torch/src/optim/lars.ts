// Layer-wise adaptive rate scaling for large batches.
import {
  _foreachAddcmul_,
  _foreachAddList_,
  _foreachMul_,
  _foreachNorm,
  _foreachSub_,
  onesLike,
  stack,
  unbind,
  where,
} from '../ops.generated.js';
import type { Tensor } from '../tensor.js';
import { type Batch, type Group, Optimizer, type Parameters } from './optimizer.js';
import { scaleEach_ } from './scale-each.js';

export interface LARSOptions {
  /** Global learning rate γ. */
  lr: number;
  /** m. Default 0.9. */
  momentum?: number;
  /** β. Default 0. */
  weightDecay?: number;
  /** η, how far a layer may move relative to its norm. Default 0.001. */
  trustCoefficient?: number;
}

/**
 * You, Gitman and Ginsburg 2017 (arXiv 1708.03888), algorithm 1. For each weight w with gradient g:
 *
 *   λ = η · ‖w‖ / (‖g‖ + β · ‖w‖), and 1 where ‖w‖ or ‖g‖ is 0
 *   v ← m · v + γ · λ · (g + β · w)
 *   w ← w − v
 *
 * The global rate γ is inside v, as in the paper and in SimCLR's code: a falling schedule acts on new gradients
 * only. Beyond the paper, and as everybody does: parameters of at most one dimension (biases, norms' scales)
 * are neither adapted nor decayed; for them v ← m · v + γ · g.
 */
export class LARS extends Optimizer<Required<LARSOptions>> {
  constructor(parameters: Parameters<Required<LARSOptions>>, options: LARSOptions) {
    super(parameters, { momentum: 0.9, weightDecay: 0, trustCoefficient: 0.001, ...options }, [
      'momentum_buffer',
    ]);
  }

  protected update(group: Group<Required<LARSOptions>>, batch: Batch, skip: Tensor | null): void {
    const { lr, momentum, weightDecay } = group;
    const buffers = this.state('momentum_buffer', batch);
    if (skip === null) _foreachMul_(buffers, momentum);
    else {
      // Where the step is left out, gradients count as 0 (they may be NaN), v stays, and no rate moves a weight.
      const left = skip.gt(0); // ()
      for (const grad of batch.grads) grad.maskedFill_(left, 0);
      scaleEach_(buffers, skip.mul(1 - momentum).add_(momentum));
    }
    const weights = select(batch, buffers, (param) => param.ndim > 1);
    if (weights.params.length > 0) {
      const rates = this.#rates(group, weights, skip);
      const { params, grads } = weights;
      // The rates are tensors of one element: nothing waits for the device. g + β · w is never made: it would be
      // a temporary as large as the model.
      _foreachAddcmul_(weights.buffers, grads, rates);
      if (weightDecay !== 0) _foreachAddcmul_(weights.buffers, params, rates, { value: weightDecay });
    }
    const plain = select(batch, buffers, (param) => param.ndim <= 1);
    if (plain.params.length > 0) _foreachAddList_(plain.buffers, plain.grads, { alpha: lr });
    if (skip === null) _foreachSub_(batch.params, buffers);
    else {
      const done = skip.neg().add_(1); // (): 1 where the step is done
      const each = batch.params.map(() => done);
      _foreachAddcmul_(batch.params, buffers, each, { value: -1 });
    }
  }

  /** γ · λ of each weight, as tensors of no dimensions. */
  #rates(
    { lr, weightDecay, trustCoefficient }: Group<Required<LARSOptions>>,
    { params, grads }: Selection,
    skip: Tensor | null,
  ): Tensor[] {
    const weightNorms = stack(_foreachNorm(params)); // (k)
    const gradNorms = stack(_foreachNorm(grads)); // (k)
    const trust = weightNorms.mul(trustCoefficient).div(gradNorms.add(weightNorms, { alpha: weightDecay })); // (k)
    const both = weightNorms.gt(0).logicalAnd(gradNorms.gt(0)); // (k)
    const rates = where(both, trust, onesLike(trust)).mul(lr); // (k)
    return unbind(skip === null ? rates : rates.mul_(skip.neg().add_(1))); // k × ()
  }
}

interface Selection {
  readonly params: Tensor[];
  readonly grads: Tensor[];
  readonly buffers: Tensor[];
}

function select({ params, grads }: Batch, buffers: Tensor[], wanted: (param: Tensor) => boolean): Selection {
  const places = params.map((param, i) => (wanted(param) ? i : -1)).filter((i) => i >= 0);
  const pick = (tensors: Tensor[]) => places.map((i) => tensors[i]!);
  return { params: pick(params), grads: pick(grads), buffers: pick(buffers) };
}

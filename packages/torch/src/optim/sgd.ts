// Stochastic gradient descent with momentum, as torch.optim.SGD.

import { sgdStep_ } from '../kernels.js';
import { native } from '../native.js';
import { handles, operator } from '../operators.js';
import { _foreachAddList_, _foreachMul_ } from '../ops.generated.js';
import type { Tensor } from '../tensor.js';
import { type Batch, type Group, Optimizer, type Parameters } from './optimizer.js';

const FUSED = operator('aten::_fused_sgd_', '');

export interface SGDOptions {
  /** Learning rate. */
  lr: number;
  /** Fraction of the last direction that is kept. Default 0. */
  momentum?: number;
  /** Added to the gradient as weightDecay · w. Default 0. */
  weightDecay?: number;
  /** Look ahead by one momentum step; needs momentum. */
  nesterov?: boolean;
}

/**
 * d = g + weightDecay · w;  v ← momentum · v + d;  w ← w − lr · v, or − lr · (d + momentum · v) with Nesterov.
 * The rate is outside v, as in PyTorch, and dampening is 0.
 */
export class SGD extends Optimizer<Required<SGDOptions>> {
  constructor(parameters: Parameters<Required<SGDOptions>>, options: SGDOptions) {
    super(parameters, { momentum: 0, weightDecay: 0, nesterov: false, ...options }, ['momentum_buffer']);
    if (this.groups.some(({ nesterov, momentum }) => nesterov && momentum === 0)) {
      throw new Error('SGD: nesterov needs a momentum above 0');
    }
  }

  protected update(group: Group<Required<SGDOptions>>, batch: Batch, skip: Tensor | null): void {
    const { lr, momentum, weightDecay, nesterov } = group;
    const { params, grads } = batch;
    const kernel = this.fusedKernel(FUSED, batch);
    if (kernel !== null) {
      const buffers = momentum === 0 ? [] : this.state('momentum_buffer', batch); // zeros at first: v ← momentum · 0 + d
      const options = [weightDecay, momentum, lr, 0, nesterov, false, false, null, skip?.handle ?? null];
      native.call(kernel, handles(params), handles(grads), handles(buffers), ...options);
      return;
    }
    if (skip !== null && skip.item() !== 0) return; // waits for the device
    // d is added up term by term instead of being made: a temporary as large as the model costs more than the sums.
    if (momentum !== 0) {
      const buffers = this.state('momentum_buffer', batch);
      if (!nesterov && sgdStep_(params, grads, buffers, { lr, momentum, weightDecay })) return;
      _foreachMul_(buffers, momentum);
      if (weightDecay !== 0) _foreachAddList_(buffers, params, { alpha: weightDecay });
      _foreachAddList_(buffers, grads);
      if (!nesterov) {
        _foreachAddList_(params, buffers, { alpha: -lr });
        return;
      }
    }
    if (weightDecay !== 0) _foreachMul_(params, 1 - lr * weightDecay);
    _foreachAddList_(params, grads, { alpha: -lr });
    if (nesterov) _foreachAddList_(params, this.state('momentum_buffer', batch), { alpha: -lr * momentum });
  }
}

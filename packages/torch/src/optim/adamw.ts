// Adam with decoupled weight decay, as torch.optim.AdamW.

import { native } from '../native.js';
import { handles, operator } from '../operators.js';
import {
  _foreachAdd_,
  _foreachAddcdiv_,
  _foreachAddcmul_,
  _foreachAddList_,
  _foreachDivScalar_,
  _foreachMul_,
  _foreachSqrt,
} from '../ops.generated.js';
import type { Tensor } from '../tensor.js';
import { type Batch, type Group, Optimizer, type Parameters } from './optimizer.js';

const FUSED = operator('aten::_fused_adamw_', '');

export interface AdamWOptions {
  /** Learning rate. Default 1e-3. */
  lr?: number;
  /** Memory of the gradient's mean. Default 0.9. */
  beta1?: number;
  /** Memory of the gradient's square. Default 0.999. */
  beta2?: number;
  /** Added to the root of the square. Default 1e-8. */
  eps?: number;
  /** Each step multiplies w by 1 − lr · weightDecay. Default 0.01. */
  weightDecay?: number;
}

/** Loshchilov and Hutter 2019 (arXiv 1711.05101), with bias correction by each parameter's own count of steps. */
export class AdamW extends Optimizer<Required<AdamWOptions>> {
  constructor(parameters: Parameters<Required<AdamWOptions>>, options: AdamWOptions = {}) {
    const defaults = { lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0.01 };
    super(parameters, { ...defaults, ...options }, ['exp_avg', 'exp_avg_sq']);
  }

  protected update(group: Group<Required<AdamWOptions>>, batch: Batch, skip: Tensor | null): void {
    const { lr, beta1, beta2, eps, weightDecay } = group;
    const kernel = this.fusedKernel(FUSED, batch);
    if (kernel === null && skip !== null && skip.item() !== 0) return; // waits for the device
    for (const [count, part] of byCount(batch, this.steps)) {
      const { params, grads } = part;
      const means = this.state('exp_avg', part);
      const squares = this.state('exp_avg_sq', part);
      if (kernel !== null) {
        const steps = this.countOnDevice(count, part); // (): the same for all
        const lists = [params, grads, means, squares, [], params.map(() => steps)].map(handles);
        const options = [lr, beta1, beta2, weightDecay, eps, false, false, null, skip?.handle ?? null];
        native.call(kernel, ...lists, ...options);
        continue;
      }
      if (weightDecay !== 0) _foreachMul_(params, 1 - lr * weightDecay);
      _foreachMul_(means, beta1);
      _foreachAddList_(means, grads, { alpha: 1 - beta1 });
      _foreachMul_(squares, beta2);
      _foreachAddcmul_(squares, grads, grads, { value: 1 - beta2 });
      const scales = _foreachSqrt(squares);
      _foreachDivScalar_(scales, Math.sqrt(1 - beta2 ** count));
      _foreachAdd_(scales, eps);
      _foreachAddcdiv_(params, means, scales, { value: -lr / (1 - beta1 ** count) });
    }
  }
}

/** The batch by count of steps: one part, but where some parameters had no gradient at times. */
function byCount(batch: Batch, steps: readonly number[]): Iterable<[count: number, part: Batch]> {
  const parts = new Map<number, Batch>();
  for (const [i, place] of batch.places.entries()) {
    const count = steps[place]!;
    let part = parts.get(count);
    if (part === undefined) {
      part = { params: [], grads: [], places: [] };
      parts.set(count, part);
    }
    part.params.push(batch.params[i]!);
    part.grads.push(batch.grads[i]!);
    part.places.push(place);
  }
  return parts;
}

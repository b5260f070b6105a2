// The norm of the gradient over all parameters, and clipping by it.
import { gradientsOf, noGrad } from '../autograd.js';
import { _foreachMul_, _foreachNorm, linalgVectorNorm, stack, zeros } from '../ops.generated.js';
import { scoped } from '../scope.js';
import type { Tensor } from '../tensor.js';
import { scaleEach_ } from './scale-each.js';

/** The joint 2-norm of all gradients as a tensor of no dimensions, 0 where there is none; does not wait for the device. */
export function gradNorm(parameters: Iterable<Tensor>): Tensor {
  return scoped(() => noGrad(() => jointNorm(presentGradients(parameters))));
}

/** Multiplies all gradients by a factor: a number, or a tensor of no dimensions, for which nothing waits. */
export function scaleGradients(parameters: Iterable<Tensor>, factor: number | Tensor): void {
  scoped(() => noGrad(() => scale(presentGradients(parameters), factor)));
}

/** `clipFactor` of a norm on a device, as a tensor; NaN where the norm is. */
export function clipFactorTensor(norm: Tensor, max: number): Tensor {
  return scoped(() => norm.add(1e-6).reciprocal().mul(max).clamp({ max: 1 })); // ()
}

/**
 * Scales all gradients together so that their joint 2-norm is at most `max`, as torch's clip_grad_norm_.
 * Gives the norm before clipping; this waits for the device. Where it is NaN or infinite the gradients are
 * left as they are, for the caller to see.
 */
export function clipGradNorm(parameters: Iterable<Tensor>, max: number): number {
  if (!(max > 0)) throw new Error(`clipGradNorm: max must be above 0, got ${max}`);
  return scoped(() =>
    noGrad(() => {
      const grads = presentGradients(parameters);
      const total = jointNorm(grads).item();
      const factor = clipFactor(total, max);
      if (factor < 1) scale(grads, factor);
      return total;
    }),
  );
}

/** What gradients of a norm are multiplied by so that it is at most `max`; 1 where it is NaN or infinite. */
export function clipFactor(norm: number, max: number): number {
  return Number.isFinite(norm) ? Math.min(1, max / (norm + 1e-6)) : 1;
}

function presentGradients(parameters: Iterable<Tensor>): Tensor[] {
  return gradientsOf([...parameters]).filter((grad) => grad !== null);
}

function scale(grads: Tensor[], factor: number | Tensor): void {
  if (typeof factor !== 'number') scaleEach_(grads, factor);
  else if (grads.length > 0) _foreachMul_(grads, factor);
}

/** One operation for all tensors, one for their norms. */
function jointNorm(grads: Tensor[]): Tensor {
  if (grads.length === 0) return zeros([]);
  const norms = _foreachNorm(grads); // k × ()
  const [first] = norms;
  const uniform = norms.every((norm) => norm.dtype === first!.dtype && norm.device === first!.device);
  const joint = uniform ? norms : norms.map((norm) => norm.to({ dtype: 'float32', device: 'cpu' }));
  return linalgVectorNorm(stack(joint)); // ()
}

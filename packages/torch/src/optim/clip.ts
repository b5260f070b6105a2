// Gradient clipping by the norm over all parameters.
import { gradientsOf, noGrad } from '../autograd.js';
import { _foreachMul_, _foreachNorm, linalgVectorNorm, stack } from '../ops.generated.js';
import { scoped } from '../scope.js';
import type { Tensor } from '../tensor.js';

/**
 * Scales all gradients together so that their joint 2-norm is at most `max`, as torch's clip_grad_norm_.
 * Gives the norm before clipping; this waits for the device. Where it is NaN or infinite the gradients are
 * left as they are, for the caller to see.
 */
export function clipGradNorm(parameters: Iterable<Tensor>, max: number): number {
  if (!(max > 0)) throw new Error(`clipGradNorm: max must be above 0, got ${max}`);
  return scoped(() =>
    noGrad(() => {
      const grads = gradientsOf([...parameters]).filter((grad) => grad !== null);
      if (grads.length === 0) return 0;
      const norms = _foreachNorm(grads); // k × ()
      const [first] = norms;
      const uniform = norms.every((norm) => norm.dtype === first!.dtype && norm.device === first!.device);
      const joint = uniform ? norms : norms.map((norm) => norm.to({ dtype: 'float32', device: 'cpu' }));
      const total = linalgVectorNorm(stack(joint)).item();
      const factor = max / (total + 1e-6);
      if (factor < 1) _foreachMul_(grads, factor);
      return total;
    }),
  );
}

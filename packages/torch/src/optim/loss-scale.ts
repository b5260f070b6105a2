// What scaling the loss needs of LibTorch: gradients divided by the scale and looked at, and the scale adapted.
import { gradientsOf } from '../autograd.js';
import { native } from '../native.js';
import { handles, operator, resolve } from '../operators.js';
import { zeros } from '../ops.generated.js';
import type { Tensor } from '../tensor.js';

const UNSCALE = operator('aten::_amp_foreach_non_finite_check_and_unscale_', '');
const UPDATE = operator('aten::_amp_update_scale_', '');

/**
 * Divides all gradients by the scale, in place.
 * @param scale (1)
 * @returns (1) 1 where any gradient was NaN or infinite, else 0; nothing waits for it
 */
export function unscaleGradients(parameters: Iterable<Tensor>, scale: Tensor): Tensor {
  const grads = gradientsOf([...parameters]).filter((grad) => grad !== null);
  const overflow = zeros([1], { dtype: 'float32', device: scale.device }); // (1)
  const inverse = scale.reciprocal(); // (1)
  if (grads.length > 0)
    native.call(UNSCALE.id ?? resolve(UNSCALE), handles(grads), overflow.handle, inverse.handle);
  return overflow;
}

/**
 * Halves the scale after an overflow, and doubles it after `growthInterval` steps without one; as PyTorch's GradScaler.
 * @param scale (1), changed in place
 * @param steady (1) int32: steps since the last change, changed in place
 * @param overflow (1)
 */
export function updateScale_(
  scale: Tensor,
  steady: Tensor,
  overflow: Tensor,
  {
    growthInterval,
    growth = 2,
    backoff = 0.5,
  }: { growthInterval: number; growth?: number; backoff?: number },
): void {
  native.call(
    UPDATE.id ?? resolve(UPDATE),
    ...[scale.handle, steady.handle, overflow.handle, growth, backoff, growthInterval],
  );
}

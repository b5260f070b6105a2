// Many tensors times a factor that is a tensor itself, so that nothing waits for its value.
import { native } from '../native.js';
import { handles, operator, resolve } from '../operators.js';
import type { Tensor } from '../tensor.js';

const FOREACH = operator('aten::_foreach_mul_', 'Tensor');

/** Multiplies each tensor in place by the factor, a tensor of no dimensions; in one launch from LibTorch 2.1 on. */
export function scaleEach_(tensors: readonly Tensor[], factor: Tensor): void {
  if (tensors.length === 0) return;
  if (FOREACH.id === undefined && native.schemaText(FOREACH.name, FOREACH.overload) === null) {
    for (const one of tensors) one.mul_(factor);
    return;
  }
  native.call(FOREACH.id ?? resolve(FOREACH), handles(tensors), factor.handle);
}

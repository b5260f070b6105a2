// Operators of our own beside ATen's (native/kernels.cpp): the same results, faster where LibTorch is slow.
import { native } from './native.js';
import { operator, resolve } from './operators.js';
import { type Tensor, wrap } from './tensor.js';

const CONV2D = operator('xclr::conv2d', '');
const RELU = operator('xclr::relu_', '');

type Extents = number | readonly number[];

/** As ATen's conv2d. In channels-last, 1×1 kernels and tiny images go through matrix products where that is faster. */
export function fastConv2d(
  input: Tensor,
  weight: Tensor,
  {
    bias = null,
    stride = 1,
    padding = 0,
    dilation = 1,
    groups = 1,
  }: { bias?: Tensor | null; stride?: Extents; padding?: Extents; dilation?: Extents; groups?: number } = {},
): Tensor {
  const id = CONV2D.id ?? resolve(CONV2D);
  return wrap(native.call(id, input.handle, weight.handle, bias?.handle, stride, padding, dilation, groups));
}

/** As ATen's relu_, which is slow in bfloat16: zeroes what is negative, in place. */
export function fastRelu_(self: Tensor): Tensor {
  native.call(RELU.id ?? resolve(RELU), self.handle);
  return self;
}

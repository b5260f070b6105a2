// Operators of our own beside ATen's (native/kernels.cpp): the same results, faster where LibTorch is slow.
import { native } from './native.js';
import { handles, operator, resolve } from './operators.js';
import { type Tensor, wrap } from './tensor.js';

const CONV2D = operator('xclr::conv2d', '');
const RELU = operator('xclr::relu_', '');
const NORM_RELU = operator('xclr::norm_relu', '');
const SGD = operator('xclr::sgd_', '');

type Extents = number | readonly number[];

/** As ATen’s conv2d. Of images in channels-last on the CPU, our own kernels compute those parts that they are faster at. */
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

/** What the fused normalization of a training batch takes beside its input. */
export interface NormReluOptions {
  /** (n, c, h, w), added before the ReLU. */
  residual: Tensor | null;
  weight: Tensor | null; // (c)
  bias: Tensor | null; // (c)
  /** Updated in place, as batchNorm does. */
  runningMean: Tensor | null; // (c)
  runningVar: Tensor | null; // (c)
  /** The new batch's weight in the running statistics. */
  momentum: number;
  eps: number;
}

/** relu(batchNorm(input) + residual) of a training batch (n, c, h, w) in float32 or bfloat16 on the CPU, in fewer passes over memory. */
export function normRelu(
  input: Tensor,
  { residual, weight, bias, runningMean, runningVar, momentum, eps }: NormReluOptions,
): Tensor {
  const id = NORM_RELU.id ?? resolve(NORM_RELU);
  const others = [residual, weight, bias, runningMean, runningVar].map((one) => one?.handle ?? null);
  return wrap(native.call(id, input.handle, ...others, momentum, eps));
}

/**
 * v ← momentum · v + weightDecay · p + g;  p ← p − lr · v, in one pass over memory.
 * @returns false, and nothing is done, where a tensor is not float32 on the CPU, dense, and laid out as its parameter
 */
export function sgdStep_(
  params: readonly Tensor[],
  grads: readonly Tensor[],
  buffers: readonly Tensor[],
  { lr, momentum, weightDecay }: { lr: number; momentum: number; weightDecay: number },
): boolean {
  const id = SGD.id ?? resolve(SGD);
  return native.call(
    id,
    handles(params),
    handles(grads),
    handles(buffers),
    lr,
    momentum,
    weightDecay,
  ) as boolean;
}

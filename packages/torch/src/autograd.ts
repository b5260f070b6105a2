// Gradients, and the two states that belong to the thread: grad mode and autocast.
import type { Device, Dtype } from './dtype.js';
import { native } from './native.js';
import { type Tensor, wrap } from './tensor.js';

type Synchronous<T> = () => T extends PromiseLike<unknown> ? never : T;

function runSynchronously<T>(name: string, fn: Synchronous<T>): T {
  const result = fn();
  if (result instanceof Promise)
    throw new TypeError(`${name}: expected a synchronous function, got one that returns a promise`);
  return result;
}

/** Runs `fn` without recording for the backward pass. */
export function noGrad<T>(fn: Synchronous<T>): T {
  const before = native.setGradMode(false);
  try {
    return runSynchronously<T>('noGrad', fn);
  } finally {
    native.setGradMode(before);
  }
}

/** Runs `fn` with matrix products and convolutions in `dtype`: bfloat16 on the CPU, bfloat16 or float16 on CUDA. */
export function autocast<T>(device: Device, dtype: Dtype, fn: Synchronous<T>): T {
  const [wasOn, dtypeBefore] = native.enterAutocast(device, dtype);
  try {
    return runSynchronously<T>('autocast', fn);
  } finally {
    native.leaveAutocast(device, wasOn, dtypeBefore);
  }
}

/** d outputs / d inputs, without touching `.grad`; null where an input plays no part. */
export function grad(
  outputs: readonly Tensor[],
  inputs: readonly Tensor[],
  {
    gradients = null,
    createGraph = false,
  }: { gradients?: readonly Tensor[] | null; createGraph?: boolean } = {},
): (Tensor | null)[] {
  const found = native.grad(
    outputs.map((tensor) => tensor.handle),
    inputs.map((tensor) => tensor.handle),
    gradients === null ? null : gradients.map((tensor) => tensor.handle),
    createGraph,
  );
  return found.map((handle) => (handle === 0 ? null : wrap(handle)));
}

/**
 * A scalar of the given value whose gradient with respect to `inputs[i]` is `gradients[i]`: what a loss with a
 * closed-form gradient needs.
 */
export function scalarWithGradients(
  value: Tensor,
  inputs: readonly Tensor[],
  gradients: readonly Tensor[],
): Tensor {
  return wrap(
    native.scalarWithGradients(
      value.handle,
      inputs.map((tensor) => tensor.handle),
      gradients.map((tensor) => tensor.handle),
    ),
  );
}

/** The gradients of many tensors at once, null where there is none; new handles in the present scope. */
export function gradientsOf(tensors: readonly Tensor[]): (Tensor | null)[] {
  return native
    .gradients(tensors.map((tensor) => tensor.handle))
    .map((handle) => (handle === 0 ? null : wrap(handle)));
}

/** Drops the gradients of many tensors at once. */
export function clearGradients(tensors: readonly Tensor[]): void {
  native.clearGradients(tensors.map((tensor) => tensor.handle));
}

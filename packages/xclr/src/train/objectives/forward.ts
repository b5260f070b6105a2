// Views through an encoder, in the precision that the settings ask for.
import { autocast, cat, type Device, type Tensor } from '@xclr/torch';
import type { TrainConfig } from '../config.js';
import { precisionOf } from '../precision.js';

/** Runs `forward` in the run's precision. */
export function inPrecision<T extends Tensor>(
  { precision }: Pick<TrainConfig, 'precision'>,
  device: Device,
  forward: () => T,
): T {
  // A tensor is no promise, which autocast's type asks for and TypeScript cannot tell of T.
  return precisionOf(precision, device) === 'bfloat16'
    ? (autocast(device, 'bfloat16', forward as () => Tensor) as T)
    : forward();
}

/** Views of all sizes through a module: (v·b, d), in the order of the sizes. */
export function forwardViews(sizes: readonly Tensor[], module: { call(views: Tensor): Tensor }): Tensor {
  const parts = sizes.map((views) => module.call(views.to({ memoryFormat: 'channels_last' }))); // (v·b, d) each
  return parts.length === 1 ? parts[0]! : cat(parts, { dim: 0 });
}

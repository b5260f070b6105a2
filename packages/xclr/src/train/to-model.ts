// Views on their way from the CPU, where they are made, to the model's device.
import { type Device, type Tensor, toDevice } from '@xclr/torch';
import type { TrainConfig } from './config.js';
import { autocastDtype } from './precision.js';

/**
 * The views where the model is. Where it computes in half precision they travel in it: its first convolution would round them to
 * the same numbers, and half as many bytes cross the bus.
 * @param views (n, 3, s, s) float32 on the CPU
 */
export function toModel(
  views: Tensor,
  { precision }: Pick<TrainConfig, 'precision'>,
  device: Device,
): Tensor {
  if (device === 'cpu') return views;
  const dtype = autocastDtype(precision, device) ?? 'float32';
  return toDevice(views.to({ dtype }), device);
}

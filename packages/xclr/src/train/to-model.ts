// Views on their way from the CPU, where they are made, to the model's device.
import { type Device, scoped, type Tensor, toDevice } from '@xclr/torch';
import type { TrainConfig } from './config.js';
import { autocastDtype } from './precision.js';

/**
 * The views where the model is, in half precision where it computes in it: its first convolution would round them to the same numbers.
 * They are narrowed there, as new memory for them here would cost more than the bytes that it saves on the bus.
 * @param views (n, 3, s, s) float32 on the CPU
 */
export function toModel(
  views: Tensor,
  { precision }: Pick<TrainConfig, 'precision'>,
  device: Device,
): Tensor {
  if (device === 'cpu') return views;
  const dtype = autocastDtype(precision, device) ?? 'float32';
  return scoped(() => toDevice(views, device).to({ dtype }));
}

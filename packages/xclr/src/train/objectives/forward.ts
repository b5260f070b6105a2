// Views through an encoder, in the precision that the settings ask for.
import { autocast, cat, type Device, type Tensor } from '@xclr/torch';
import type { TrainConfig } from '../config.js';
import { autocastDtype } from '../precision.js';
import type { TrainingModel } from '../training-model.js';

/** Runs `forward` in the run's precision. */
export function inPrecision<T extends Tensor | readonly Tensor[]>(
  { precision }: Pick<TrainConfig, 'precision'>,
  device: Device,
  forward: () => T,
): T {
  // A tensor is no promise, which autocast's type asks for and TypeScript cannot tell of T.
  const dtype = autocastDtype(precision, device);
  return dtype === null ? forward() : (autocast(device, dtype, forward as () => Tensor) as T);
}

/** Views of all sizes through a module: (v·b, d), in the order of the sizes. */
export function forwardViews(sizes: readonly Tensor[], module: { call(views: Tensor): Tensor }): Tensor {
  const parts = sizes.map((views) => module.call(views.to({ memoryFormat: 'channels_last' }))); // (v·b, d) each
  return parts.length === 1 ? parts[0]! : cat(parts, { dim: 0 });
}

/** Views of all sizes through the encoder and then the projector: the features (v·b, f), and z (v·b, d). */
export function forwardBoth(
  sizes: readonly Tensor[],
  { encoder, projector }: TrainingModel,
): [Tensor, Tensor] {
  // Size by size, as without the features: batch norm's statistics are those of the views of one size.
  const parts = sizes.map((views) => {
    const features = encoder.call(views.to({ memoryFormat: 'channels_last' })); // (v·b, f)
    return [features, projector === null ? features : projector.call(features)] as const;
  });
  const [first] = parts;
  if (parts.length === 1) return [first![0], first![1]];
  return [
    cat(
      parts.map(([features]) => features),
      { dim: 0 },
    ),
    cat(
      parts.map(([, z]) => z),
      { dim: 0 },
    ),
  ];
}

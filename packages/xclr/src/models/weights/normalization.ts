// Weights trained on images that were normalized by other numbers than ours.
import { type nn, noGrad, scoped, tensor } from '@xclr/torch';
import { VisionTransformer } from '../vision-transformer.js';

/** Per channel, of values from 0 to 1: what is subtracted, and what the rest is divided by. */
export interface Normalization {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

const close = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((value, i) => Math.abs(value - b[i]!) < 1e-3);

/** Those of the images that weights were trained on, and those of the images that the encoder will see. */
export interface NormalizationChange {
  readonly from: Normalization;
  readonly to: Normalization;
}

function shown({ mean, std }: Normalization): string {
  return `mean ${mean.join(', ')} and deviation ${std.join(', ')}`;
}

/**
 * Changes an encoder so that it makes of images in one normalization what it made of them in the other. In a vision transformer the first
 * layer does it exactly; in a convolutional encoder, whose first layer pads with zeros, it cannot, and a note says so.
 */
export function adaptNormalization(
  encoder: nn.AnyModule,
  { from: { mean, std }, to: ours }: NormalizationChange,
  notes: string[],
): void {
  if (close(mean, ours.mean) && close(std, ours.std)) return;
  const theirs = shown({ mean, std });
  if (!(encoder instanceof VisionTransformer) || mean.length !== 3 || std.length !== 3) {
    notes.push(
      `they were trained on images normalized by ${theirs}, and these are by ${shown(ours)}: training adapts to it`,
    );
    return;
  }
  const { weight, bias } = encoder.patchEmbed.proj;
  scoped(() =>
    noGrad(() => {
      const factor = tensor(ours.std.map((value, c) => value / std[c]!)).reshape([1, 3, 1, 1]);
      const shift = tensor(ours.mean.map((value, c) => (value - mean[c]!) / std[c]!)).reshape([1, 3, 1, 1]);
      bias!.add_(weight.mul(shift).sum([1, 2, 3])); // (d)
      weight.mul_(factor); // (d, 3, p, p)
    }),
  );
  notes.push(`the first layer was adapted from images normalized by ${theirs} to ${shown(ours)}, exactly`);
}

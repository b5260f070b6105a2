// Weights trained on images that were normalized by other numbers than ours.
import { type nn, noGrad, scoped, tensor } from '@xclr/torch';
import { imagenetStatistics } from '../../data/augment/recipe.js';
import { VisionTransformer } from '../vision-transformer.js';

/** Per channel, of values from 0 to 1: what is subtracted, and what the rest is divided by. */
export interface Normalization {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

const close = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((value, i) => Math.abs(value - b[i]!) < 1e-3);

/**
 * Changes an encoder so that it makes of images in our normalization what it made of theirs. In a vision transformer the first
 * layer does it exactly; in a convolutional encoder, whose first layer pads with zeros, it cannot, and a note says so.
 */
export function adaptNormalization(
  encoder: nn.AnyModule,
  { mean, std }: Normalization,
  notes: string[],
): void {
  const ours = imagenetStatistics;
  if (close(mean, ours.mean) && close(std, ours.std)) return;
  const theirs = `mean ${mean.join(', ')} and deviation ${std.join(', ')}`;
  if (!(encoder instanceof VisionTransformer) || mean.length !== 3 || std.length !== 3) {
    notes.push(
      `they were trained on images normalized by ${theirs}, xclr normalizes by ImageNet's: training adapts to it`,
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
  notes.push(
    `the first layer was adapted from images normalized by ${theirs} to ImageNet's numbers, exactly`,
  );
}

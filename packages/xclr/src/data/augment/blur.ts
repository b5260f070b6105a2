// Gaussian blur of some images of a batch, each with its own width, as two matrix products.

import { type Tensor, tensor } from '@xclr/torch';
import { fillBlur } from './weights.js';

/**
 * torchvision's gaussian_blur with a square kernel, in place, on the images that have a width.
 * @param x (n, 3, s, s)
 * @param sigmas for each image its standard deviation in pixels, or null to leave it
 * @param kernel taps a side, odd
 */
export function blur_(x: Tensor, sigmas: readonly (number | null)[], kernel: number): Tensor {
  const size = x.shape[2]!;
  const chosen = sigmas.flatMap((sigma, i) => (sigma === null ? [] : [{ i, sigma }]));
  const m = chosen.length;
  if (m === 0) return x;
  const matrices = new Float32Array(m * size * size);
  chosen.forEach(({ sigma }, place) => {
    fillBlur(matrices.subarray(place * size * size, (place + 1) * size * size), size, sigma, kernel);
  });
  const index = tensor(
    BigInt64Array.from(chosen, ({ i }) => BigInt(i)),
    { device: x.device },
  );
  const across = tensor(matrices, { shape: [m, size, size], device: x.device }).transpose(1, 2); // applied from the right
  const sideways = x
    .indexSelect(0, index)
    .reshape([m, 3 * size, size])
    .bmm(across) // (m, 3·y, x)
    .reshape([m, 3, size, size])
    .transpose(2, 3); // (m, 3, x, y)
  const both = sideways
    .reshape([m, 3 * size, size])
    .bmm(across)
    .reshape([m, 3, size, size])
    .transpose(2, 3); // (m, 3, y, x)
  return x.indexCopy_(0, index, both);
}

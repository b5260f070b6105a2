// Parts of images as squares of bytes: what an evaluation alters before it shows it.

import { noGrad, scoped, stack, type Tensor } from '@xclr/torch';
import type { Box } from './boxes.js';
import { resample } from './resample.js';

/** The whole image. */
export const wholeImage: Box = { x: 0, y: 0, width: 1, height: 1, flip: false };

/**
 * Each image's box, resampled to a square.
 * @param images b of (h, w, 3 or 4) uint8
 * @returns (b, side, side, 3 or 4) uint8, four channels where any image has four; alpha not premultiplied
 */
export function squares(images: readonly Tensor[], boxes: readonly Box[], side: number): Tensor {
  const alpha = images.some(({ shape }) => shape[2] === 4);
  return noGrad(() =>
    scoped(() =>
      stack(
        images.map((image, i) =>
          scoped(() => {
            const rgba =
              alpha && image.shape[2] === 3
                ? image.constantPadNd([0, 1], { value: 255 }) // (h, w, 4), opaque
                : image;
            const { device } = image;
            const layer = resample(rgba.unsqueeze(0), [boxes[i]!], { out: side, edges: 'image', device }) // (1, 1, c, side, side)
              .squeeze(0)
              .squeeze(0)
              .permute([1, 2, 0]) // (side, side, c)
              .clone();
            if (alpha) layer.narrow(2, 0, 3).div_(layer.narrow(2, 3, 1).clamp({ min: 1e-6 })); // no longer premultiplied
            return layer.mul_(255).round().clamp_({ min: 0, max: 255 }).to({ dtype: 'uint8' });
          }),
        ),
      ),
    ),
  );
}

// Decoded images as tensors, each of its own size.

import { borrow, type Tensor } from '@xclr/torch';
import type { DecodedImage } from './decode/decoded.js';

/**
 * (h, w, 3 or 4) uint8 each, on the CPU, where views are made. They lie in the images' own memory: nothing is copied, and they
 * are not to be written to.
 */
export function imageTensors(images: readonly DecodedImage[]): Tensor[] {
  return images.map(({ pixels, height, width, channels }) => borrow(pixels, [height, width, channels]));
}

// Decoded images as tensors, each of its own size.

import { borrow, type Device, type Tensor, tensor } from '@xclr/torch';
import type { DecodedImage } from './decode/decoded.js';

/**
 * (h, w, 3 or 4) uint8 each. On the CPU they lie in the images' own memory: nothing is copied, and they are not to be
 * written to.
 */
export function imageTensors(images: readonly DecodedImage[], device: Device): Tensor[] {
  return images.map(({ pixels, height, width, channels }) => {
    const shape = [height, width, channels];
    return device === 'cpu' ? borrow(pixels, shape) : tensor(pixels, { shape, device });
  });
}

// Random erasing: a rectangle of a view becomes one value, or noise.

import { type Tensor, tensor } from '@xclr/torch';
import type { Random } from '../../util/random.js';
import type { Erasing } from './recipe.js';

/** In fractions of the view's sides, with a seed for the noise. */
export interface ErasedBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Draws of the noise where the value is 'random'. */
  readonly noise: Random;
}

/** torchvision's RandomErasing.get_params on a square view: ten tries to fit, else nothing is erased. */
export function drawErased(random: Random, { probability, scale, ratio }: Erasing): ErasedBox | null {
  if (!random.chance(probability)) return null;
  for (let tries = 0; tries < 10; tries++) {
    const area = random.between(scale[0], scale[1]);
    const shape = Math.exp(random.between(Math.log(ratio[0]), Math.log(ratio[1])));
    const height = Math.sqrt(area * shape);
    const width = Math.sqrt(area / shape);
    if (width >= 1 || height >= 1) continue;
    const y = random.between(0, 1 - height);
    return { x: random.between(0, 1 - width), y, width, height, noise: random };
  }
  return null;
}

/**
 * Erases in place.
 * @param x (n, 3, s, s), normalized
 */
export function erase_(x: Tensor, boxes: readonly (ErasedBox | null)[], value: Erasing['value']): Tensor {
  const side = x.shape[2]!;
  boxes.forEach((box, i) => {
    if (box === null) return;
    const [left, top] = [Math.round(box.x * side), Math.round(box.y * side)];
    const width = Math.min(side - left, Math.round(box.width * side));
    const height = Math.min(side - top, Math.round(box.height * side));
    if (width < 1 || height < 1) return;
    const part = x.narrow(0, i, 1).narrow(2, top, height).narrow(3, left, width); // (1, 3, height, width)
    if (value === 'random') {
      const noise = Float32Array.from({ length: 3 * height * width }, () => box.noise.normal());
      part.copy_(tensor(noise, { shape: [1, 3, height, width], device: x.device }));
    } else if (typeof value === 'number') part.fill_(value);
    else part.copy_(tensor([...value], { shape: [1, 3, 1, 1], device: x.device }));
  });
  return x;
}

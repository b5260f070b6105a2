// Color changes of batches of images, each image with its own strength. Values are in 0 … 1.

import { type Device, scoped, type Tensor, tensor, where } from '@xclr/torch';
import type { ColorChange } from './parameters.js';

/** ITU-R 601 luma as torchvision rounds it. */
const luma = [0.2989, 0.587, 0.114] as const;

/** (n, 3, h, w) → (n, 1, h, w) luma. @internal */
export function grayOf(x: Tensor): Tensor {
  const [red, green, blue] = [x.narrow(1, 0, 1), x.narrow(1, 1, 1), x.narrow(1, 2, 1)];
  return red.mul(luma[0]).add_(green, { alpha: luma[1] }).add_(blue, { alpha: luma[2] });
}

/** A number for each image as (n, 1, 1, 1). */
function perImage(values: readonly number[], device: Device): Tensor {
  return tensor(Float32Array.from(values), { shape: [values.length, 1, 1, 1], device });
}

/** torchvision's adjust_brightness, in place: x · f, clipped. @internal */
export function brightness_(x: Tensor, factors: Tensor): Tensor {
  return x.mul_(factors).clamp_({ min: 0, max: 1 });
}

/** torchvision's adjust_contrast, in place: f · x + (1 − f) · mean luma of the image, clipped. @internal */
export function contrast_(x: Tensor, factors: Tensor): Tensor {
  const mean = grayOf(x).mean([1, 2, 3], { keepdim: true }); // (n, 1, 1, 1)
  return x
    .mul_(factors)
    .add_(mean.mul_(factors.rsub(1)))
    .clamp_({ min: 0, max: 1 });
}

/** torchvision's adjust_saturation, in place: f · x + (1 − f) · luma of each pixel, clipped. @internal */
export function saturation_(x: Tensor, factors: Tensor): Tensor {
  const gray = grayOf(x).mul_(factors.rsub(1)); // (n, 1, h, w)
  return x.mul_(factors).add_(gray).clamp_({ min: 0, max: 1 });
}

/**
 * torchvision's adjust_hue: value and saturation in HSV stay, the hue turns by `shifts` turns (n, 1, 1, 1).
 * With t = 6 · hue in 0 … 6, a color comes back as value − chroma · (1 − c), where c is |t − 3| − 1 for red,
 * 2 − |t − 2| for green and 2 − |t − 4| for blue, clipped to 0 … 1.
 * @internal
 */
export function turnHue(x: Tensor, shifts: Tensor): Tensor {
  return scoped(() => {
    const [red, green, blue] = [x.narrow(1, 0, 1), x.narrow(1, 1, 1), x.narrow(1, 2, 1)]; // each (n, 1, h, w)
    const value = red.maximum(green).maximum(blue);
    const chroma = value.sub(red.minimum(green).minimum(blue));
    const divisor = chroma.clamp({ min: 1e-20 }); // gray has no hue; any will do
    const fromRed = green.sub(blue).div_(divisor);
    const fromGreen = blue.sub(red).div_(divisor).add_(2);
    const fromBlue = red.sub(green).div_(divisor).add_(4);
    const hue = where(value.eq(red), fromRed, where(value.eq(green), fromGreen, fromBlue)); // 6h, −1 … 5
    hue.add_(shifts.mul(6));
    hue.sub_(hue.mul(1 / 6).floor_(), { alpha: 6 }); // t, 0 … 6
    const channels = (values: number[]) => tensor(values, { shape: [1, 3, 1, 1], device: x.device });
    const missing = hue // 1 − c for the three colors: (n, 3, h, w)
      .sub(channels([3, 2, 4]))
      .abs_()
      .mul_(channels([-1, 1, 1]))
      .add_(channels([2, -1, -1]))
      .clamp_({ min: 0, max: 1 });
    return missing.mul_(chroma).neg_().add_(value);
  });
}

/**
 * Brightness, contrast, saturation, hue with torchvision's definitions, in each image's own order (0 … 3; by default
 * this one). Images of one order go together: at most 24 groups. May overwrite x.
 */
export function jitterHsv(
  x: Tensor,
  changes: readonly ColorChange[],
  orders: readonly (readonly number[])[] = [],
): Tensor {
  const groups = new Map<string, number[]>();
  changes.forEach((_, i) => {
    const key = (orders[i] ?? [0, 1, 2, 3]).join();
    groups.set(key, [...(groups.get(key) ?? []), i]);
  });
  if (groups.size === 1) return jitterInOrder(x, changes, orders[0] ?? [0, 1, 2, 3]);
  for (const members of groups.values()) {
    const index = tensor(BigInt64Array.from(members, BigInt), { device: x.device });
    const part = x.indexSelect(0, index); // (m, 3, h, w)
    const chosen = members.map((i) => changes[i]!);
    x.indexCopy_(0, index, jitterInOrder(part, chosen, orders[members[0]!]!));
  }
  return x;
}

function jitterInOrder(start: Tensor, changes: readonly ColorChange[], order: readonly number[]): Tensor {
  const of = (value: (change: ColorChange) => number) => perImage(changes.map(value), start.device);
  let x = start;
  for (const which of order) {
    if (which === 0)
      x = brightness_(
        x,
        of(({ brightness }) => brightness),
      );
    if (which === 1)
      x = contrast_(
        x,
        of(({ contrast }) => contrast),
      );
    if (which === 2)
      x = saturation_(
        x,
        of(({ saturation }) => saturation),
      );
    if (which === 3 && changes.some(({ hue }) => hue !== 0))
      x = turnHue(
        x,
        of(({ hue }) => hue),
      );
  }
  return x;
}

/** Sets some images to their luma, in place. */
export function gray_(x: Tensor, chosen: readonly boolean[]): Tensor {
  const indices = chosen.flatMap((on, i) => (on ? [i] : []));
  if (indices.length === 0) return x;
  const index = tensor(BigInt64Array.from(indices, BigInt), { device: x.device });
  const gray = grayOf(x.indexSelect(0, index)); // (m, 1, h, w)
  return x.indexCopy_(0, index, gray.expand([-1, 3, -1, -1]));
}

/** torchvision's solarize of some images: values of at least `threshold` are inverted. */
export function solarize(x: Tensor, chosen: readonly boolean[], threshold: number): Tensor {
  if (!chosen.includes(true)) return x;
  // A threshold above 1 leaves an image as it is.
  const thresholds = perImage(
    chosen.map((on) => (on ? threshold : 2)),
    x.device,
  );
  return where(x.ge(thresholds), x.rsub(1), x);
}

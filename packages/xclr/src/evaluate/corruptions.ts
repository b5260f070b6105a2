// Common corruptions of images, as tensors: noise, blur, light and resolution, in five strengths each.

import { conv2d, scoped, type Tensor, tensor, upsampleNearest2d } from '@xclr/torch';
import { purpose, Random } from '../util/random.js';

/**
 * After Hendrycks and Dietterich 2019 (arXiv 1903.12261): their kinds, but for those that need images or simulations of their own
 * (glass, zoom, snow, frost, fog, elastic) and JPEG. Strengths are ours, for images of 30 to 100 pixels; they are
 * stated in units of an image's full range (0 … 1), or of its side for blurs and pixels.
 * @internal
 */
export const corruptions = {
  'gaussian-noise': [0.04, 0.06, 0.08, 0.1, 0.12],
  'shot-noise': [0.02, 0.04, 0.06, 0.1, 0.15],
  'impulse-noise': [0.01, 0.02, 0.04, 0.07, 0.1],
  'defocus-blur': [0.01, 0.02, 0.03, 0.045, 0.06],
  'motion-blur': [0.03, 0.05, 0.08, 0.11, 0.15],
  brightness: [0.1, 0.2, 0.3, 0.4, 0.5],
  contrast: [0.6, 0.5, 0.4, 0.3, 0.2],
  pixelate: [0.7, 0.55, 0.42, 0.32, 0.25],
} as const satisfies Record<string, readonly number[]>;

export type Corruption = keyof typeof corruptions;
export const corruptionNames = Object.keys(corruptions) as Corruption[];
export const severities = [1, 2, 3, 4, 5] as const;
export type Severity = (typeof severities)[number];

/**
 * @param pixels (b, S, S, c) uint8; a fourth channel is alpha and stays as it is
 * @param ids decide the noise of each image, together with the seed: the same in every run and for every method
 * @returns (b, S, S, c) uint8
 */
export function corrupt(
  pixels: Tensor,
  ids: Int32Array,
  { kind, severity, seed }: { readonly kind: Corruption; readonly severity: Severity; readonly seed: number },
): Tensor {
  const strength = corruptions[kind][severity - 1]!;
  return scoped(() => {
    const color = pixels.narrow(3, 0, 3).to({ dtype: 'float32' }).div(255); // (b, S, S, 3)
    const changed = change(color, kind, strength, () => randomOf(ids, color.shape, kind, severity, seed));
    const bytes = changed.clamp({ min: 0, max: 1 }).mul(255).round().to({ dtype: 'uint8' }); // (b, S, S, 3)
    const result = pixels.clone();
    result.narrow(3, 0, 3).copy_(bytes);
    return result;
  });
}

interface Noise {
  /** (b, S, S, 3) standard normal numbers. */
  normal(): Tensor;
  /** (b, S, S, 3) uniform numbers in [0, 1). */
  uniform(): Tensor;
}

function randomOf(
  ids: Int32Array,
  shape: readonly number[],
  kind: Corruption,
  severity: number,
  seed: number,
): Noise {
  const each = shape.slice(1).reduce((product, side) => product * side, 1);
  const drawn = (next: (random: Random) => number) => {
    const values = new Float32Array(ids.length * each);
    ids.forEach((id, i) => {
      const random = new Random(seed, id, corruptionNames.indexOf(kind), severity, purpose.evaluation);
      for (let at = i * each; at < (i + 1) * each; at++) values[at] = next(random);
    });
    return tensor(values, { shape: [...shape] });
  };
  return {
    normal: () => drawn((random) => random.normal()),
    uniform: () => drawn((random) => random.uniform()),
  };
}

function change(x: Tensor, kind: Corruption, strength: number, noise: () => Noise): Tensor {
  const side = x.size(1);
  switch (kind) {
    case 'gaussian-noise':
      return x.add(noise().normal().mul(strength));
    case 'shot-noise':
      // Photons: variance in proportion to brightness; the Poisson's normal approximation.
      return x.add(noise().normal().mul(x.sqrt()).mul(strength));
    case 'impulse-noise': {
      const u = noise().uniform();
      return x.maskedFill(u.lt(strength / 2), 0).maskedFill(u.ge(1 - strength / 2), 1);
    }
    case 'defocus-blur':
      return filtered(x, disk(0.5 + strength * side));
    case 'motion-blur':
      return filtered(x, line(1 + strength * side));
    case 'brightness':
      return x.add(strength);
    case 'contrast': {
      const mean = x.mean([1, 2], { keepdim: true }); // (b, 1, 1, 3)
      return x.sub(mean).mul(strength).add(mean);
    }
    case 'pixelate': {
      const planes = x.permute([0, 3, 1, 2]).contiguous(); // (b, 3, S, S)
      const small = Math.max(2, Math.round(strength * side));
      const shrunk = planes.adaptiveAvgPool2d([small, small]);
      return upsampleNearest2d(shrunk, [side, side]).permute([0, 2, 3, 1]);
    }
  }
}

/** Every channel through one kernel (k, k); edges are repeated. */
function filtered(x: Tensor, { values, k }: { readonly values: Float32Array; readonly k: number }): Tensor {
  const planes = x.permute([0, 3, 1, 2]); // (b, 3, S, S)
  const pad = k >> 1;
  const padded = planes.replicationPad2d([pad, pad, pad, pad]);
  const kernel = tensor(values, { shape: [1, 1, k, k] }).repeat([3, 1, 1, 1]); // (3, 1, k, k)
  return conv2d(padded.contiguous(), kernel, { groups: 3 }).permute([0, 2, 3, 1]);
}

/** A disk of a radius in pixels, its edge antialiased by 5 × 5 samples a pixel. */
function disk(radius: number): { values: Float32Array; k: number } {
  const reach = Math.ceil(radius);
  const k = 2 * reach + 1;
  const values = new Float32Array(k * k);
  for (let y = 0; y < k; y++) {
    for (let x = 0; x < k; x++) {
      for (let i = 0; i < 25; i++) {
        const dx = x - reach + ((i % 5) - 2) / 5;
        const dy = y - reach + (Math.floor(i / 5) - 2) / 5;
        if (Math.hypot(dx, dy) <= radius) values[y * k + x]! += 1;
      }
    }
  }
  return { values: normalized(values), k };
}

/** A horizontal line of a length in pixels, perhaps fractional. */
function line(length: number): { values: Float32Array; k: number } {
  const reach = Math.ceil((length - 1) / 2);
  const k = 2 * reach + 1;
  const values = new Float32Array(k * k);
  for (let x = -reach; x <= reach; x++) {
    const covered = Math.min(x + 0.5, length / 2) - Math.max(x - 0.5, -length / 2); // of the pixel, by the line
    values[reach * k + x + reach] = Math.max(0, covered);
  }
  return { values: normalized(values), k };
}

function normalized(values: Float32Array): Float32Array {
  const sum = values.reduce((total, one) => total + one, 0);
  return values.map((one) => one / sum);
}

// Enlarging as Pillow and PyTorch do it, in plain JavaScript: an exported encoder is served without LibTorch.

/** Interleaved bytes, rows from top to bottom. */
export interface Pixels {
  /** (height, width, channels) */
  readonly data: Uint8Array;
  readonly info: { readonly width: number; readonly height: number; readonly channels: number };
}

export type EnlargingKernel = 'linear' | 'cubic';

interface Filter {
  /** Half of its width, in pixels of the source. */
  readonly support: number;
  at(distance: number): number;
}

/** Keys' cubic with a = −1/2. */
const cubic = (x: number): number => {
  const t = Math.abs(x);
  if (t < 1) return (1.5 * t - 2.5) * t * t + 1;
  return t < 2 ? ((-0.5 * t + 2.5) * t - 4) * t + 2 : 0;
};

const filters: Readonly<Record<EnlargingKernel, Filter>> = {
  linear: { support: 1, at: (x) => Math.max(0, 1 - Math.abs(x)) },
  cubic: { support: 2, at: cubic },
};

/** Which source pixels make one pixel of the result, and how much each counts; the weights add up to 1. */
interface Taps {
  readonly first: number;
  readonly weights: Float64Array;
}

function tapsOf(from: number, to: number, { support, at }: Filter): Taps[] {
  const scale = from / to; // source pixels a pixel of the result
  const stretch = Math.max(1, scale); // a side that shrinks is antialiased
  return Array.from({ length: to }, (_, i) => {
    const center = (i + 0.5) * scale;
    const first = Math.max(0, Math.trunc(center - support * stretch + 0.5));
    const end = Math.min(from, Math.trunc(center + support * stretch + 0.5));
    const weights = Float64Array.from({ length: end - first }, (_, j) =>
      at((first + j + 0.5 - center) / stretch),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}

/** Bilinear or bicubic, antialiased where a side shrinks; rounded to bytes once, at the end, as in PyTorch. */
export function enlarge(
  { data, info }: Pixels,
  { width, height }: { readonly width: number; readonly height: number },
  kernel: EnlargingKernel,
): Pixels {
  const { channels } = info;
  const rowSize = width * channels;
  const wide = new Float32Array(info.height * rowSize); // (h, width, c)
  for (const [x, { first, weights }] of tapsOf(info.width, width, filters[kernel]).entries()) {
    for (let y = 0; y < info.height; y++) {
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let k = 0; k < weights.length; k++)
          sum += weights[k]! * data[(y * info.width + first + k) * channels + c]!;
        wide[y * rowSize + x * channels + c] = sum;
      }
    }
  }
  const bytes = new Uint8ClampedArray(height * rowSize); // (height, width, c), clamped and rounded when written
  for (const [y, { first, weights }] of tapsOf(info.height, height, filters[kernel]).entries()) {
    for (let at = 0; at < rowSize; at++) {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += weights[k]! * wide[(first + k) * rowSize + at]!;
      bytes[y * rowSize + at] = sum;
    }
  }
  return { data: new Uint8Array(bytes.buffer), info: { width, height, channels } };
}

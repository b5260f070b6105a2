// Resizing as Pillow and PyTorch do it, in plain JavaScript: an exported encoder is served without LibTorch.
import { maxOf, minOf } from '../../util/arrays.js';

/** Interleaved bytes, rows from top to bottom. */
export interface Pixels {
  /** (height, width, channels) */
  readonly data: Uint8Array;
  readonly info: { readonly width: number; readonly height: number; readonly channels: number };
}

export type ResizeKernel = 'linear' | 'cubic';

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

const filters: Readonly<Record<ResizeKernel, Filter>> = {
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

/** A part of the result, in its pixels. */
export interface Part {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The first of two passes: columns of the result, of the rows that it needs. */
function across({ data, info }: Pixels, rows: Range, columns: readonly Taps[]): Float32Array {
  const { width, channels } = info;
  const rowSize = columns.length * channels;
  const wide = new Float32Array((rows.end - rows.first) * rowSize); // (rows, columns, c)
  columns.forEach(({ first, weights }, x) => {
    for (let y = rows.first; y < rows.end; y++) {
      const from = (y * width + first) * channels;
      const to = (y - rows.first) * rowSize + x * channels;
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let k = 0, at = from + c; k < weights.length; k++, at += channels)
          sum += weights[k]! * data[at]!;
        wide[to + c] = sum;
      }
    }
  });
  return wide;
}

interface Range {
  readonly first: number;
  readonly end: number;
}

/**
 * Bilinear or bicubic, antialiased where a side shrinks; rounded to bytes once, at the end, as in PyTorch.
 * @param to size of the whole result
 * @param part what is asked for of it; all by default
 */
export function resize(
  pixels: Pixels,
  to: { readonly width: number; readonly height: number },
  kernel: ResizeKernel,
  part: Part = { left: 0, top: 0, ...to },
): Pixels {
  const { channels, width, height } = pixels.info;
  const columns = tapsOf(width, to.width, filters[kernel]).slice(part.left, part.left + part.width);
  const lines = tapsOf(height, to.height, filters[kernel]).slice(part.top, part.top + part.height);
  const rows = {
    first: minOf(lines.map(({ first }) => first)),
    end: maxOf(lines.map(({ first, weights }) => first + weights.length)),
  };
  const wide = across(pixels, rows, columns);
  const rowSize = part.width * channels;
  const bytes = new Uint8ClampedArray(part.height * rowSize); // (height, width, c), clamped and rounded when written
  const sums = new Float64Array(rowSize);
  lines.forEach(({ first, weights }, y) => {
    sums.fill(0);
    for (let k = 0; k < weights.length; k++) {
      const from = (first - rows.first + k) * rowSize;
      const weight = weights[k]!;
      for (let i = 0; i < rowSize; i++) sums[i]! += weight * wide[from + i]!;
    }
    bytes.set(sums, y * rowSize);
  });
  return { data: new Uint8Array(bytes.buffer), info: { width: part.width, height: part.height, channels } };
}

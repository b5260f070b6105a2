// Compares an exported file's outputs with LibTorch's on the same pixels.

import type { nn } from '@xclr/torch';
import { noGrad, scoped, tensor } from '@xclr/torch';
import { unitRows } from '../../evaluate/index.js';

/** Pixels as the network takes them: (b, 3, h, w) row-major. */
export interface PixelBatch {
  readonly pixels: Float32Array;
  readonly dims: readonly [number, number, number, number];
}

export interface Agreement {
  /** Largest difference over the largest value. */
  readonly relative: number;
  /** Mean over the images. */
  readonly cosine: number;
}

/** (n, d) unit rows by LibTorch. */
export function referenceRows(network: nn.Module, batches: readonly PixelBatch[]): Float32Array {
  const parts = batches.map(({ pixels, dims }) =>
    scoped(() =>
      noGrad(() => {
        const rows = unitRows(network.call(tensor(pixels, { shape: dims }))); // (b, d)
        return Float32Array.from(rows.toArray() as Float32Array);
      }),
    ),
  );
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Of unit rows (n, d). */
export function agreement(got: Float32Array, expected: Float32Array, d: number): Agreement {
  let [difference, scale, cosines] = [0, 0, 0];
  for (let i = 0; i < expected.length; i++) {
    difference = Math.max(difference, Math.abs(got[i]! - expected[i]!));
    scale = Math.max(scale, Math.abs(expected[i]!));
    cosines += got[i]! * expected[i]!;
  }
  return { relative: difference / scale, cosine: cosines / (expected.length / d) };
}

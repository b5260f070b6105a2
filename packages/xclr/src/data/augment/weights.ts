// Rows of weights that resample and blur by matrix products, one matrix a view.

import type { ViewEdges } from '@xclr/torch';

/** Part of one axis: `start` and `length` in source pixels, read forwards or mirrored. */
export interface Span {
  readonly start: number;
  readonly length: number;
  readonly flip: boolean;
}

/**
 * Fills an (out, source) matrix that resamples a span of a row of `source` pixels to `out` pixels with PIL's
 * antialiased bilinear filter: a triangle of half width max(1, span / out) source pixels around each output center.
 * Pixels outside the source weigh as emptiness: their fraction of the row is missing.
 * @param edges 'box': taps stay within the span (torchvision's crop, then resize with antialias), rows sum to 1.
 * 'image': they stay within the source (torchvision's resize, then crop), rows sum to 1.
 * 'none': taps reach as far as the filter does, and pixels outside the source are transparent.
 */
export function fillResampling(
  matrix: Float32Array,
  { start, length, flip }: Span,
  { out, source, edges }: { out: number; source: number; edges: ViewEdges },
): void {
  const scale = length / out;
  const reach = Math.max(scale, 1);
  const slack = 1e-6 * source; // a span that ends on a pixel's edge up to rounding does not touch the next
  const [lowest, highest] = {
    box: [Math.max(0, Math.floor(start + slack)), Math.min(source, Math.ceil(start + length - slack))],
    image: [0, source],
    none: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  }[edges] as [number, number];
  for (let o = 0; o < out; o++) {
    const center = start + scale * (o + 0.5);
    const from = Math.max(lowest, Math.floor(center - reach + 0.5));
    const to = Math.min(highest, Math.floor(center + reach + 0.5));
    let sum = 0;
    for (let j = from; j < to; j++) sum += Math.max(0, 1 - Math.abs((j + 0.5 - center) / reach));
    const row = (flip ? out - 1 - o : o) * source;
    for (let j = Math.max(0, from); j < Math.min(source, to); j++) {
      matrix[row + j] = Math.max(0, 1 - Math.abs((j + 0.5 - center) / reach)) / sum;
    }
  }
}

/** Place of a tap beyond the edges, reflected without repeating the edge pixel. */
function reflected(at: number, size: number): number {
  if (size === 1) return 0;
  const period = 2 * (size - 1);
  const folded = ((at % period) + period) % period;
  return folded < size ? folded : period - folded;
}

/**
 * Fills a (size, size) matrix that blurs a row as torchvision's gaussian_blur: a normalized Gaussian of `kernel`
 * taps (odd) and deviation `sigma` pixels, reflected at the edges.
 */
export function fillBlur(matrix: Float32Array, size: number, sigma: number, kernel: number): void {
  const radius = (kernel - 1) / 2;
  const taps = Array.from({ length: kernel }, (_, i) => Math.exp(-0.5 * ((i - radius) / sigma) ** 2));
  const sum = taps.reduce((a, b) => a + b, 0);
  for (let o = 0; o < size; o++) {
    taps.forEach((tap, i) => {
      matrix[o * size + reflected(o + i - radius, size)]! += tap / sum;
    });
  }
}

/**
 * Fills an (out, columns) matrix that stretches `cells` values (the first of `columns`) over `out` pixels, linearly
 * between the cells' centers and constant beyond the outer ones.
 */
export function fillStretch(matrix: Float32Array, out: number, columns: number, cells: number): void {
  for (let o = 0; o < out; o++) {
    const at = Math.min(cells - 1, Math.max(0, ((o + 0.5) * cells) / out - 0.5));
    const cell = Math.min(cells - 1, Math.floor(at));
    const next = Math.min(cells - 1, cell + 1);
    matrix[o * columns + cell]! += 1 - (at - cell);
    matrix[o * columns + next]! += at - cell;
  }
}

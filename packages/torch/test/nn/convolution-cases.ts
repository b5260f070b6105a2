// Our convolutions against ATen's: values and gradients, in the shapes where they go their own way and elsewhere.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { conv2d, type Dtype, fastConv2d, type MemoryFormat, scoped, type Tensor } from '../../src/index.js';
import { pattern } from '../goldens/pattern.js';

/** oneDNN's convolutions in bfloat16 fail where this variable forbids AVX-512 to a processor that has it. */
export const heldBack = /^(SSE41|AVX|AVX2|AVX2_VNNI)$/i.test(process.env.ONEDNN_MAX_CPU_ISA ?? '');

/** |a − b| over the largest |b|. */
export function relativeError(a: Tensor, b: Tensor): number {
  const wide = { dtype: 'float64' } as const;
  return a.to(wide).sub(b.to(wide)).abs().amax().item() / b.to(wide).abs().amax().item();
}

interface Shape {
  input: readonly [number, number, number, number];
  out: number;
  kernel: number;
  stride: number;
}

/** Values and gradients of a convolution and a weighted sum. */
export function convolved(
  convolve: typeof conv2d,
  { input, out, kernel, stride }: Shape,
  dtype: Dtype,
  layout: MemoryFormat,
) {
  const x = pattern(input, 1).to({ dtype, memoryFormat: layout }).requiresGrad_();
  const w = pattern([out, input[1], kernel, kernel], 2).to({ dtype, memoryFormat: layout }).requiresGrad_();
  const y = convolve(x, w, { stride, padding: kernel >> 1 });
  y.mul(pattern(y.shape, 3, dtype))
    .sum()
    .backward();
  return { y, x: x.grad!, w: w.grad! };
}

const shapes: Shape[] = [
  { input: [3, 5, 2, 2], out: 7, kernel: 3, stride: 1 },
  { input: [3, 5, 4, 4], out: 7, kernel: 3, stride: 2 },
  { input: [3, 5, 3, 4], out: 7, kernel: 3, stride: 2 },
  { input: [2, 8, 8, 8], out: 6, kernel: 3, stride: 2 },
  { input: [2, 8, 5, 6], out: 4, kernel: 1, stride: 1 },
  { input: [2, 8, 4, 3], out: 4, kernel: 1, stride: 2 },
  { input: [2, 4, 9, 7], out: 4, kernel: 5, stride: 1 },
  { input: [2, 4, 1, 1], out: 4, kernel: 3, stride: 1 },
  // Few channels, as an image has them, even and odd extents, one and several blocks of 64 channels with and without a rest.
  { input: [3, 3, 9, 8], out: 10, kernel: 7, stride: 2 },
  { input: [2, 3, 5, 5], out: 70, kernel: 3, stride: 1 },
  { input: [2, 4, 5, 5], out: 6, kernel: 1, stride: 1 },
  { input: [2, 70, 5, 6], out: 66, kernel: 3, stride: 1 },
  { input: [7, 34, 2, 2], out: 96, kernel: 3, stride: 1 },
  { input: [2, 96, 5, 4], out: 48, kernel: 1, stride: 2 },
  { input: [2, 64, 6, 6], out: 128, kernel: 3, stride: 2 },
];

/** More tiles than a group has, more images than are packed at once, 1×1 kernels over many positions. */
const largeShapes: Shape[] = [
  { input: [30, 20, 7, 7], out: 40, kernel: 3, stride: 1 },
  { input: [9, 20, 16, 16], out: 13, kernel: 3, stride: 1 },
  { input: [9, 20, 17, 15], out: 13, kernel: 3, stride: 2 },
  { input: [3, 12, 20, 19], out: 10, kernel: 1, stride: 1 },
  { input: [3, 12, 21, 20], out: 10, kernel: 1, stride: 2 },
];

/**
 * Without AVX-512 LibTorch adds up bfloat16 products in bfloat16, which is tried with up to 576 of them; contiguous tensors take its kernels.
 */
const wide = existsSync('/proc/cpuinfo') && readFileSync('/proc/cpuinfo', 'utf8').includes('avx512bw');

const narrowTolerances = { channels_last: 4e-2, contiguous: 8e-2 };

export function describeConvolutions(): void {
  describe.each(['channels_last', 'contiguous'] as const)('conv2d, %s', (layout) => {
    test.each([...shapes, ...largeShapes])('$input → $out, kernel $kernel, stride $stride', (shape) =>
      scoped(() => {
        const theirs = convolved(conv2d, shape, 'float64', layout);
        // Equal up to the order of the sums: float32 rounds at 6e-8, bfloat16 at 4e-3.
        for (const [dtype, tolerance] of [
          ['float32', 2e-6],
          ...(heldBack || (!wide && largeShapes.includes(shape))
            ? []
            : ([['bfloat16', wide ? 2e-2 : narrowTolerances[layout]]] as const)),
          ['float64', 1e-14],
        ] as const) {
          const ours = convolved(fastConv2d, shape, dtype, layout);
          for (const part of ['y', 'x', 'w'] as const) {
            expect(ours[part].shape).toEqual(theirs[part].shape);
            expect(ours[part].dtype).toBe(dtype);
            expect(relativeError(ours[part], theirs[part]), `${dtype} ${part}`).toBeLessThan(tolerance);
          }
          expect(ours.y.isContiguous({ memoryFormat: layout })).toBe(true);
        }
      }),
    );
  });
}

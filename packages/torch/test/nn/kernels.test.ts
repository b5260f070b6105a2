// Our own operators against ATen's: values and gradients, in the shapes where they go their own way and elsewhere.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  autocast,
  conv2d,
  type Dtype,
  fastConv2d,
  fastRelu_,
  type MemoryFormat,
  scoped,
  type Tensor,
} from '../../src/index.js';
import { pattern } from '../goldens/pattern.js';

type Convolve = typeof conv2d;

/** oneDNN's convolutions in bfloat16 fail where this variable forbids AVX-512 to a processor that has it. */
const heldBack = /^(SSE41|AVX|AVX2|AVX2_VNNI)$/i.test(process.env.ONEDNN_MAX_CPU_ISA ?? '');

/** |a − b| over the largest |b|. */
function relativeError(a: Tensor, b: Tensor): number {
  const wide = { dtype: 'float64' } as const;
  return a.to(wide).sub(b.to(wide)).abs().amax().item() / b.to(wide).abs().amax().item();
}

interface Shape {
  input: readonly [number, number, number, number];
  out: number;
  kernel: number;
  stride: number;
}

function run(convolve: Convolve, { input, out, kernel, stride }: Shape, dtype: Dtype, layout: MemoryFormat) {
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
];

/** Without AVX-512 LibTorch adds up bfloat16 products in bfloat16; contiguous tensors take its kernels. */
const wide = existsSync('/proc/cpuinfo') && readFileSync('/proc/cpuinfo', 'utf8').includes('avx512bw');

describe.each(['channels_last', 'contiguous'] as const)('conv2d, %s', (layout) => {
  test.each(shapes)('$input → $out, kernel $kernel, stride $stride', (shape) =>
    scoped(() => {
      // Equal up to the order of the sums: float32 rounds at 6e-8, bfloat16 at 4e-3.
      for (const [dtype, tolerance] of [
        ['float32', 2e-6],
        ...(heldBack ? [] : ([['bfloat16', wide || layout === 'channels_last' ? 2e-2 : 5e-2]] as const)),
        ['float64', 1e-14],
      ] as const) {
        const ours = run(fastConv2d, shape, dtype, layout);
        const theirs = run(conv2d, shape, 'float64', layout);
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

test.skipIf(heldBack)('under autocast: bfloat16 out, float32 gradients', () =>
  scoped(() => {
    const x = pattern([4, 6, 2, 2], 1)
      .to({ dtype: 'float32', memoryFormat: 'channels_last' })
      .requiresGrad_();
    const w = pattern([5, 6, 3, 3], 2)
      .to({ dtype: 'float32', memoryFormat: 'channels_last' })
      .requiresGrad_();
    const y = autocast('cpu', 'bfloat16', () => fastConv2d(x, w, { padding: 1 }));
    expect(y.dtype).toBe('bfloat16');
    y.sum().backward();
    const [xGrad, wGrad] = [x.grad!, w.grad!];
    expect([xGrad.dtype, wGrad.dtype]).toEqual(['float32', 'float32']);
    x.setGrad(null);
    w.setGrad(null);
    conv2d(x, w, { padding: 1 }).sum().backward();
    expect(relativeError(xGrad, x.grad!)).toBeLessThan(2e-2);
    expect(relativeError(wGrad, w.grad!)).toBeLessThan(2e-2);
  }),
);

test('what does not fit is refused as ATen refuses it', () =>
  scoped(() => {
    const x = pattern([2, 6, 2, 2], 1, 'float32').to({ memoryFormat: 'channels_last' });
    expect(() => fastConv2d(x, pattern([5, 4, 3, 3], 2, 'float32'), { padding: 1 })).toThrow(/channels/);
    expect(() => fastConv2d(x, pattern([5, 6, 3, 3], 2, 'float32'))).toThrow(/[Kk]ernel size/);
  }));

test.each(['float32', 'bfloat16'] as const)('relu_ in %s: values, gradient, the same tensor', (dtype) =>
  scoped(() => {
    const x = pattern([4, 33], 1, dtype).requiresGrad_();
    const h = x.mul(2);
    const y = fastRelu_(h);
    expect(y).toBe(h);
    expect(y.toNumbers()).toEqual(x.toNumbers().map((value) => Math.max(0, 2 * value)));
    y.sum().backward();
    expect(x.grad!.toNumbers()).toEqual(x.toNumbers().map((value) => (value > 0 ? 2 : 0)));
  }),
);

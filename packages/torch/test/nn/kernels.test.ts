// Our own operators against ATen's: values and gradients, in the shapes where they go their own way and elsewhere.
import { describe, expect, test } from 'vitest';
import {
  autocast,
  batchNorm,
  conv2d,
  type Dtype,
  fastConv2d,
  fastRelu_,
  getNumThreads,
  grad,
  normRelu,
  scoped,
  setNumThreads,
  sgdStep_,
  type Tensor,
  tensor,
} from '../../src/index.js';
import { pattern } from '../goldens/pattern.js';
import { convolved, describeConvolutions, heldBack, relativeError } from './convolution-cases.js';

describeConvolutions();

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

const nchw = (x: Tensor): Tensor => x.to({ memoryFormat: 'channels_last' });

test('conv2d: the number of threads changes no bit of values and gradients', () =>
  scoped(() => {
    const before = getNumThreads();
    const bits = (threads: number): number[][] => {
      setNumThreads(threads);
      const shape = { input: [7, 34, 6, 5], out: 70, kernel: 3, stride: 1 } as const;
      const { y, x, w } = convolved(fastConv2d, shape, 'float32', 'channels_last');
      return [y, x, w].map((part) => part.toNumbers());
    };
    try {
      expect(bits(2)).toEqual(bits(1));
    } finally {
      setNumThreads(before);
    }
  }));

test('conv2d: a gradient can be differentiated again', () =>
  scoped(() => {
    const second = (convolve: typeof conv2d, dtype: Dtype): Tensor => {
      const x = nchw(pattern([2, 8, 4, 4], 1, dtype)).requiresGrad_();
      const w = nchw(pattern([6, 8, 3, 3], 2, dtype)).requiresGrad_();
      const y = convolve(x, w, { padding: 1 });
      const [first] = grad([y.mul(y).sum()], [x], { createGraph: true });
      first!.mul(first!).sum().backward();
      return w.grad!;
    };
    expect(relativeError(second(fastConv2d, 'float32'), second(conv2d, 'float64'))).toBeLessThan(1e-5);
  }));

interface NormCase {
  shape: readonly [number, number, number, number];
  affine: boolean;
  residual: boolean;
}

const norms: NormCase[] = [
  { shape: [3, 5, 4, 3], affine: true, residual: false },
  { shape: [3, 5, 4, 3], affine: true, residual: true },
  { shape: [2, 33, 2, 2], affine: false, residual: true },
  { shape: [2, 16, 1, 3], affine: false, residual: false },
  // Of more than one chunk of rows.
  { shape: [4, 24, 20, 19], affine: true, residual: true },
];

/** Values, gradients and running statistics of relu(norm(x) + residual), from one operator or from three. */
function normed({ shape, affine, residual }: NormCase, dtype: Dtype, fused: boolean, rounded = dtype) {
  const [, c] = shape;
  const input = (stream: number): Tensor => nchw(pattern(shape, stream, rounded)).to({ dtype });
  const kind = dtype === 'bfloat16' ? 'float32' : dtype;
  const x = input(1).requiresGrad_();
  const added = residual ? input(2).requiresGrad_() : null;
  const weight = affine ? pattern([c], 3, kind).add(1).detach().requiresGrad_() : null;
  const bias = affine ? pattern([c], 4, kind).requiresGrad_() : null;
  const [mean, variance] = [pattern([c], 5, kind), pattern([c], 6, kind).abs().add(1)];
  const eps = 1e-3;
  const y = fused
    ? normRelu(x, {
        residual: added,
        weight,
        bias,
        runningMean: mean,
        runningVar: variance,
        momentum: 0.3,
        eps,
      })
    : [batchNorm(x, weight, bias, mean, variance, true, 0.3, eps, true)]
        .map((h) => (added === null ? h : h.add(added)).relu())
        .at(0)!;
  y.mul(input(7)).sum().backward();
  return {
    y,
    mean,
    variance,
    x: x.grad!,
    ...(added !== null && { added: added.grad! }),
    ...(weight !== null && { weight: weight.grad!, bias: bias!.grad! }),
  };
}

describe.each(norms)('normRelu, $shape, affine $affine, residual $residual', (one) => {
  // Against float64 from the same rounded inputs: sums of up to 1,520 numbers in float32 (6e-8 each), and the gradient through them;
  // bfloat16 rounds results, and the gradient that comes from above, at 4e-3.
  test.each([
    ['float32', 2e-5],
    ['bfloat16', 2e-2],
  ] as const)('%s: values, gradients, running statistics', (dtype, tolerance) =>
    scoped(() => {
      const ours = normed(one, dtype, true);
      const theirs = normed(one, 'float64', false, dtype);
      for (const part of Object.keys(theirs) as (keyof typeof theirs)[]) {
        expect(ours[part]!.shape).toEqual(theirs[part]!.shape);
        expect(relativeError(ours[part]!, theirs[part]!), part).toBeLessThan(tolerance);
      }
      expect([ours.y.dtype, ours.x.dtype]).toEqual([dtype, dtype]);
    }),
  );
});

test('normRelu: the gradient is that of finite differences', () =>
  scoped(() => {
    const shape = [2, 3, 2, 2] as const;
    const x = nchw(pattern(shape, 1, 'float32'));
    const none = { residual: null, weight: null, bias: null, runningMean: null, runningVar: null };
    const value = (at: Tensor): Tensor =>
      normRelu(at, { ...none, momentum: 0, eps: 1e-5 })
        .mul(pattern(shape, 2, 'float32'))
        .sum();
    const leaf = x.clone().requiresGrad_();
    value(leaf).backward();
    const gradient = leaf.grad!.toNumbers();
    const step = 1e-2;
    for (const at of [0, 5, 11, 17, 23]) {
      const moved = (by: number): Tensor => {
        const numbers = x.toNumbers();
        numbers[at]! += by;
        return nchw(tensor(numbers).reshape([...shape]));
      };
      const slope = (value(moved(step)).item() - value(moved(-step)).item()) / (2 * step);
      // Central differences err by step² times the third derivative, about 1e-3 here, and by rounding of 1e-6 / step.
      expect(Math.abs(slope - gradient[at]!)).toBeLessThan(5e-3);
    }
  }));

test('normRelu: threads change no bit; a mean far from zero costs no variance; its gradient can be differentiated again', () =>
  scoped(() => {
    const before = getNumThreads();
    const one = norms.at(-1)!;
    const bits = (threads: number): number[][] => {
      setNumThreads(threads);
      return Object.values(normed(one, 'float32', true)).map((part) => part.toNumbers());
    };
    try {
      expect(bits(2)).toEqual(bits(1));
    } finally {
      setNumThreads(before);
    }
    const none = { residual: null, weight: null, bias: null, runningMean: null, runningVar: null };
    const options = { ...none, momentum: 0, eps: 1e-5 };
    const far = nchw(pattern([4, 3, 8, 8], 1, 'float32').add(1000));
    const near = nchw(far.sub(1000));
    expect(relativeError(normRelu(far, options), normRelu(near, options))).toBeLessThan(2e-3);
    const x = nchw(pattern([2, 3, 4, 4], 1, 'float32')).requiresGrad_();
    const [first] = grad([normRelu(x, options).pow(3).sum()], [x], { createGraph: true });
    first!.pow(2).sum().backward();
    expect(x.grad!.isfinite().all().item()).toBe(1);
  }));

test('normRelu: one value per channel, another size or type, and half of the parameters are refused', () =>
  scoped(() => {
    const x = nchw(pattern([2, 3, 4, 4], 1, 'float32'));
    const none = { residual: null, weight: null, bias: null, runningMean: null, runningVar: null };
    const options = { ...none, momentum: 0, eps: 1e-5 };
    expect(() => normRelu(x.narrow(0, 0, 1).narrow(2, 0, 1).narrow(3, 0, 1), options)).toThrow(
      /more than 1 value/,
    );
    expect(() => normRelu(x.narrow(0, 0, 0), options)).toThrow(/more than 1 value/);
    expect(() => normRelu(x.to({ dtype: 'float64' }), options)).toThrow(/float32 or bfloat16/);
    expect(() => normRelu(x, { ...options, residual: x.narrow(0, 0, 1) })).toThrow(/residual/);
    expect(() => normRelu(x, { ...options, weight: pattern([3], 1, 'float32') })).toThrow(/together/);
    const four = pattern([4], 1, 'float32');
    expect(() => normRelu(x, { ...options, weight: four, bias: four })).toThrow(/must be \(c\)/);
  }));

test('sgdStep_: as the formula says; other layouts and types are left alone', () =>
  scoped(() => {
    const [p, g, v] = [1, 2, 3].map((seed) => pattern([5, 7], seed, 'float32')) as [Tensor, Tensor, Tensor];
    const [before, gradient, direction] = [p, g, v].map((one) => one.toNumbers()) as [
      number[],
      number[],
      number[],
    ];
    const options = { lr: 0.1, momentum: 0.9, weightDecay: 0.01 };
    expect(sgdStep_([p], [g], [v], options)).toBe(true);
    const expected = direction.map((value, i) => 0.9 * value + 0.01 * before[i]! + gradient[i]!);
    const parameters = p.toNumbers();
    v.toNumbers().forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 6);
      expect(parameters[i]).toBeCloseTo(before[i]! - 0.1 * expected[i]!, 6);
    });
    const turned = pattern([7, 5], 4, 'float32').t();
    expect(sgdStep_([p], [turned], [v], options)).toBe(false);
    expect(sgdStep_([p], [g.to({ dtype: 'float64' })], [v], options)).toBe(false);
    expect(p.toNumbers()).toEqual(parameters);
    expect(() => sgdStep_([p], [], [v], options)).toThrow(/as many/);
  }));

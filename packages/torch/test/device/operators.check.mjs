// Every operator that training uses, forward and backward, on the device beside the CPU.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as torch from '../../dist/index.js';
import { device, near, normal, onGpu } from './support.mjs';

const { autocast, cat, nn, scoped, stack, tensor } = torch;

const accumulatesInFloat = onGpu || /\bavx512bw\b/.test(readFileSync('/proc/cpuinfo', 'utf8'));

/**
 * float32 sums in another order: some ten times the unit roundoff, 6e-8, by the root of some thousand terms; bfloat16 products:
 * a few times its unit roundoff, 4e-3. Without AVX-512 LibTorch also sums the gradients of a convolution's weights in bfloat16, image by image.
 */
const limits = { float32: 2e-5, bfloat16: accumulatesInFloat ? 2e-2 : 6e-2 };

const conv = (x, w, options) => torch.fastConv2d(x, w, options);
const last = (x) => x.to({ memoryFormat: 'channels_last' });

/** [name, shapes of the inputs, their function, { bfloat16: also under autocast }]. */
const cases = [
  [
    'conv2d 3×3, channels last',
    [
      [4, 8, 16, 16],
      [16, 8, 3, 3],
    ],
    (x, w) => conv(last(x), last(w), { padding: 1 }),
    { bfloat16: true },
  ],
  [
    'conv2d 7×7 stride 2',
    [
      [4, 3, 32, 32],
      [8, 3, 7, 7],
    ],
    (x, w) => conv(last(x), last(w), { stride: 2, padding: 3 }),
    { bfloat16: true },
  ],
  [
    'conv2d 1×1 stride 2',
    [
      [4, 8, 8, 8],
      [16, 8, 1, 1],
    ],
    (x, w) => conv(last(x), last(w), { stride: 2 }),
    { bfloat16: true },
  ],
  [
    'conv2d depthwise',
    [
      [4, 8, 9, 9],
      [8, 1, 5, 5],
    ],
    (x, w) => conv(last(x), w, { padding: 2, groups: 8 }),
    { bfloat16: true },
  ],
  [
    'conv2d with bias',
    [[2, 4, 6, 6], [8, 4, 3, 3], [8]],
    (x, w, b) => conv(x, w, { bias: b }),
    { bfloat16: true },
  ],
  ['linear', [[32, 24], [16, 24], [16]], (x, w, b) => torch.linear(x, w, { bias: b }), { bfloat16: true }],
  [
    'matmul',
    [
      [32, 48],
      [48, 32],
    ],
    (a, b) => a.matmul(b),
    { bfloat16: true },
  ],
  [
    'bmm',
    [
      [4, 8, 16],
      [4, 16, 8],
    ],
    (a, b) => a.bmm(b),
    { bfloat16: true },
  ],
  ['maxPool2d', [[2, 4, 16, 16]], (x) => last(x).maxPool2d(3, { stride: 2, padding: 1 })],
  ['avgPool2d', [[2, 4, 16, 16]], (x) => x.avgPool2d(2)],
  ['adaptiveAvgPool2d', [[2, 4, 7, 7]], (x) => last(x).adaptiveAvgPool2d([1, 1])],
  ['layerNorm', [[8, 32], [32], [32]], (x, w, b) => torch.layerNorm(x, [32], { weight: w, bias: b })],
  ['groupNorm', [[4, 8, 5, 5], [8], [8]], (x, w, b) => torch.groupNorm(x, 4, { weight: w, bias: b })],
  ['softmax', [[16, 20]], (x) => x.softmax(1)],
  ['logSoftmax', [[16, 20]], (x) => x.logSoftmax(1)],
  ['crossEntropyLoss', [[16, 10]], (x) => x.crossEntropyLoss(indices(x, 16, 10), { labelSmoothing: 0.1 })],
  ['gelu', [[64]], (x) => x.gelu()],
  ['silu', [[64]], (x) => x.silu()],
  ['hardswish', [[64]], (x) => x.mul(3).hardswish()],
  ['hardsigmoid', [[64]], (x) => x.mul(3).hardsigmoid()],
  ['relu', [[64]], (x) => x.relu()],
  [
    'fastRelu_ of a product',
    [
      [8, 8],
      [8, 8],
    ],
    (a, b) => torch.fastRelu_(a.matmul(b)),
    { bfloat16: true },
  ],
  [
    'sigmoid, tanh, exp, log, sqrt',
    [[64]],
    (x) => x.sigmoid().add(x.tanh()).add(x.exp()).add(x.abs().add(1).log()).add(x.square().add(1).sqrt()),
  ],
  [
    'normalize rows',
    [[16, 12]],
    (x) => x.div(x.linalgVectorNorm({ dim: [1], keepdim: true }).clampMin(1e-12)),
  ],
  [
    'maskedFill with −∞, and softmax',
    [[12, 12]],
    (x) =>
      x.maskedFill(torch.eye(12, { dtype: 'bool', device: x.device }), Number.NEGATIVE_INFINITY).softmax(1),
  ],
  ['indexSelect', [[10, 6]], (x) => x.indexSelect(0, indices(x, 24, 10))],
  ['embedding', [[10, 6]], (w) => torch.embedding(w, indices(w, 24, 10))],
  [
    'cat, stack, chunk',
    [
      [6, 4],
      [6, 4],
    ],
    (a, b) => stack(cat([a, b], { dim: 0 }).chunk(3, { dim: 0 })),
  ],
  [
    'sum, mean, var',
    [[6, 40]],
    (x) =>
      x
        .sum(1)
        .add(x.mean(1))
        .add(x.var([1])),
  ],
  ['where', [[40]], (x) => torch.where(x.gt(0), x, x.mul(0.1))],
  ['clamp', [[40]], (x) => x.clamp({ min: -1, max: 1 })],
  ['pow, reciprocal', [[40]], (x) => x.square().add(1).pow(1.5).add(x.abs().add(1).reciprocal())],
  [
    'permute, reshape, transpose',
    [[4, 6, 5]],
    (x) =>
      x
        .permute([2, 0, 1])
        .reshape([10, 12])
        .t()
        .matmul(normal([10, 3], 9).to({ device: x.device })),
  ],
];

function indices(like, count, below) {
  return tensor(
    Int32Array.from({ length: count }, (_, i) => (7 * i) % below),
    { device: like.device },
  ).to({ dtype: 'int64' });
}

/** Output and the inputs' gradients, under a fixed upstream gradient. */
function run(shapes, fn, place, dtype) {
  const inputs = shapes.map((shape, i) =>
    normal(shape, i + 1)
      .to({ device: place })
      .requiresGrad_(),
  );
  const out = dtype === 'float32' ? fn(...inputs) : autocast(place, dtype, () => fn(...inputs));
  const upstream = normal([...out.shape], 99).to({ device: place, dtype: out.dtype });
  out.mul(upstream).sum().backward();
  return [out, ...inputs.map((input) => input.grad)].map((one) =>
    one === null ? null : one.detach().to({ dtype: 'float32', device: 'cpu' }),
  );
}

for (const [name, shapes, fn, { bfloat16 = false } = {}] of cases) {
  test(name, () =>
    scoped(() => {
      const expected = run(shapes, fn, 'cpu', 'float32');
      for (const dtype of bfloat16 ? ['float32', 'bfloat16'] : ['float32']) {
        const got = run(shapes, fn, device, dtype);
        got.forEach((one, i) => {
          if (expected[i] === null) return;
          const what = `${name}, ${dtype}, ${i === 0 ? 'output' : `gradient of input ${i}`}`;
          near(what, one, expected[i], { relative: limits[dtype], absolute: 1e-6 });
        });
      }
    }),
  );
}

test('batch normalization: output, gradients, running statistics and the count of batches', () =>
  scoped(() => {
    const of = (place) => {
      const norm = new nn.BatchNorm2d(6);
      norm.to({ device: place });
      const x = last(normal([8, 6, 5, 5], 3).to({ device: place })).requiresGrad_();
      const first = norm.call(x);
      const second = norm.call(first.mul(2).add(1));
      second
        .mul(normal([8, 6, 5, 5], 4).to({ device: place }))
        .sum()
        .backward();
      norm.eval();
      const evaluated = norm.call(x);
      const { running_mean, running_var, num_batches_tracked } = Object.fromEntries(norm.stateDict());
      const values = [second, evaluated, x.grad, norm.weight.grad, running_mean, running_var];
      assert.equal(num_batches_tracked.item(), 2, `${place}: the count of batches`);
      return values.map((one) => one.detach().to({ device: 'cpu', copy: true }));
    };
    const [expected, got] = [of('cpu'), of(device)];
    const names = [
      'output',
      'evaluation',
      'gradient',
      'scale’s gradient',
      'running mean',
      'running variance',
    ];
    // The gradient through two normalizations cancels nearly all of what it sums.
    names.forEach((name, i) => {
      near(name, got[i], expected[i], { relative: 2e-4, absolute: 2e-6 });
    });
  }));

test('attention', () =>
  scoped(() => {
    const of = (place) => {
      torch.manualSeed(3);
      const attention = new nn.MultiheadAttention(16, 4);
      attention.to({ device: place });
      const x = normal([2, 5, 16], 3).to({ device: place }).requiresGrad_();
      const out = attention.call(x, x, x);
      out.square().sum().backward();
      return [out, x.grad].map((one) => one.detach().to({ device: 'cpu' }));
    };
    const [expected, got] = [of('cpu'), of(device)];
    near('attention, output', got[0], expected[0], { relative: 2e-5 });
    near('attention, gradient', got[1], expected[1], { relative: 5e-5 });
  }));

test('dropout: as many units as asked for, scaled, and the same again from the same generator’s state', () =>
  scoped(() => {
    torch.manualSeed(5);
    const state = torch.getRngState(device);
    const draw = () => torch.dropout(torch.ones([10_000], { device }), 0.25, true).to({ device: 'cpu' });
    const [first, second] = [draw().toNumbers(), draw().toNumbers()];
    const kept = first.filter((value) => value !== 0);
    console.log(`  kept ${kept.length} of 10000; the generator's state has ${state.length} bytes`);
    assert.ok(Math.abs(kept.length - 7500) < 250);
    assert.ok(kept.every((value) => Math.abs(value - 4 / 3) < 1e-6));
    assert.notDeepEqual(second, first);
    torch.setRngState(state, device);
    assert.deepEqual(draw().toNumbers(), first);
    assert.deepEqual(draw().toNumbers(), second);
  }));

test('how float32 is computed can be set', { skip: !onGpu && 'only GPUs' }, () => {
  const before = torch.arithmetic();
  const product = () =>
    scoped(() =>
      normal([256, 256], 1)
        .to({ device })
        .matmul(normal([256, 256], 2).to({ device }))
        .to({ device: 'cpu' }),
    );
  const exact = product();
  torch.setArithmetic({ tf32: true, benchmark: true, deterministic: false });
  assert.deepEqual(torch.arithmetic(), { tf32: true, benchmark: true, deterministic: false });
  const rounded = product();
  torch.setArithmetic({ tf32: false, benchmark: false, deterministic: true });
  assert.deepEqual(torch.arithmetic(), { tf32: false, benchmark: false, deterministic: true });
  torch.setArithmetic(before);
  near('a product in TF32', rounded, exact, { relative: 2e-3 });
});

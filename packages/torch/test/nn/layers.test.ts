// Every layer against PyTorch: output, gradients of inputs and parameters, running statistics, in float64.
import { describe, expect, it } from 'vitest';
import { nn, scoped, type Tensor, tensor } from '../../src/index.js';
import { fillByPattern, golden, pattern, type Summary } from '../goldens/pattern.js';
import { expectSummary, inScope } from '../support.js';

interface Case {
  shape: number[];
  output: Summary;
  inputGradients: Summary[];
  gradients: Record<string, Summary>;
  buffers: Record<string, Summary>;
}

const { cases } = golden<{ cases: Record<string, Case> }>('layers');
// Both sides compute in float64 from exactly equal numbers; only the order of sums may differ.
const RELATIVE = 1e-12;

const image = () => pattern([4, 6, 8, 8], 500);
const rows = () => pattern([5, 6], 501);
const wide = () => rows().mul(10);

const layers: Record<string, [make: () => nn.Module, input: () => Tensor]> = {
  conv2d: [() => new nn.Conv2d(6, 8, 3, { stride: 2, padding: 1 }), image],
  conv2dGroups: [
    () => new nn.Conv2d(6, 9, [3, 1], { padding: [2, 0], dilation: [2, 1], groups: 3, bias: false }),
    image,
  ],
  linear: [() => new nn.Linear(6, 4), rows],
  linearNoBias: [() => new nn.Linear(6, 4, { bias: false }), rows],
  groupNorm: [() => new nn.GroupNorm(3, 6), image],
  layerNorm: [() => new nn.LayerNorm(6), rows],
  layerNorm2: [() => new nn.LayerNorm([8, 8], { eps: 1e-3 }), image],
  gelu: [() => new nn.GELU(), rows],
  geluTanh: [() => new nn.GELU({ approximate: 'tanh' }), rows],
  silu: [() => new nn.SiLU(), rows],
  relu: [() => new nn.ReLU(), rows],
  hardswish: [() => new nn.Hardswish(), wide],
  hardsigmoid: [() => new nn.Hardsigmoid(), wide],
  sigmoid: [() => new nn.Sigmoid(), rows],
  tanh: [() => new nn.Tanh(), rows],
  maxPool2d: [() => new nn.MaxPool2d(3, { stride: 2, padding: 1 }), image],
  maxPool2dCeil: [() => new nn.MaxPool2d(3, { ceilMode: true }), image],
  avgPool2d: [() => new nn.AvgPool2d(3, { stride: 2, padding: 1, countIncludePad: false }), image],
  adaptiveAvgPool2d: [() => new nn.AdaptiveAvgPool2d([3, 5]), image],
  flatten: [() => new nn.Flatten(), image],
  sequential: [() => new nn.Sequential(new nn.Linear(6, 4), new nn.ReLU(), new nn.Linear(4, 3)), rows],
};

function expectCase(name: string, module: nn.Module, input: Tensor, floating = true): void {
  const expected = cases[name]!;
  if (floating) input.requiresGrad_();
  const output = module.call(input);
  expect(output.shape).toEqual(expected.shape);
  expectSummary(output, expected.output, RELATIVE, name);
  output.mul(pattern(output.shape, 1000)).sum().backward();
  const [inputGradient] = expected.inputGradients;
  if (inputGradient !== undefined)
    expectSummary(input.grad!, inputGradient, RELATIVE, `${name} input gradient`);
  const parameters = module.namedParameters();
  expect([...parameters.keys()]).toEqual(Object.keys(expected.gradients));
  for (const [key, parameter] of parameters) {
    expectSummary(parameter.grad!, expected.gradients[key]!, RELATIVE, `${name} gradient of ${key}`);
  }
  const buffers = module.namedBuffers();
  expect([...buffers.keys()]).toEqual(Object.keys(expected.buffers));
  for (const [key, own] of buffers) expectSummary(own, expected.buffers[key]!, RELATIVE, `${name} ${key}`);
}

describe('layers equal PyTorch', () => {
  for (const [name, [make, input]] of Object.entries(layers)) {
    it(
      name,
      inScope(() => {
        using module = make().to({ dtype: 'float64' });
        fillByPattern(module);
        expectCase(name, module, input());
      }),
    );
  }

  for (const [name, options] of [
    ['embedding', {}],
    ['embeddingPadding', { paddingIdx: 3 }],
  ] as const) {
    it(
      name,
      inScope(() => {
        using module = new nn.Embedding(5, 7, options).to({ dtype: 'float64' });
        fillByPattern(module);
        const ids = tensor([1, 0, 3, 3, 2, 4], { dtype: 'int64' }).reshape([2, 3]); // (2, 3)
        expectCase(name, module, ids, false);
      }),
    );
  }

  const batchNorms: [string, () => nn.Module, number[]][] = [
    ['batchNorm2d', () => new nn.BatchNorm2d(6), [4, 6, 8, 8]],
    ['batchNorm1d', () => new nn.BatchNorm1d(6), [5, 6]],
    ['batchNormMomentum', () => new nn.BatchNorm1d(6, { eps: 1e-3, momentum: 0.4 }), [5, 6]],
    ['batchNormCumulative', () => new nn.BatchNorm1d(6, { momentum: null }), [5, 6]],
    [
      'batchNormNoStatistics',
      () => new nn.BatchNorm1d(6, { trackRunningStats: false, affine: false }),
      [5, 6],
    ],
  ];
  for (const [name, make, shape] of batchNorms) {
    it(
      `${name}: three training batches, then evaluation`,
      inScope(() => {
        using module = make().to({ dtype: 'float64' });
        fillByPattern(module);
        for (const stream of [510, 511]) scoped(() => void module.call(pattern(shape, stream)));
        expectCase(name, module, pattern(shape, 512));
        module.zeroGrad();
        expectCase(`${name}Eval`, module.eval(), pattern(shape, 513));
      }),
    );
  }

  it('every golden case is tested', () => {
    const tested = [...Object.keys(layers), 'embedding', 'embeddingPadding'];
    const norms = batchNorms.flatMap(([name]) => [name, `${name}Eval`]);
    expect(Object.keys(cases).sort()).toEqual([...tested, ...norms].sort());
  });
});

describe('layers without a golden', () => {
  it(
    'inplace activations overwrite their input and agree with the others',
    inScope(() => {
      const pairs: [nn.Module, nn.Module][] = [
        [new nn.ReLU(), new nn.ReLU({ inplace: true })],
        [new nn.SiLU(), new nn.SiLU({ inplace: true })],
        [new nn.Hardswish(), new nn.Hardswish({ inplace: true })],
        [new nn.Hardsigmoid(), new nn.Hardsigmoid({ inplace: true })],
      ];
      for (const [apart, inplace] of pairs) {
        const x = wide(); // (5, 6)
        const expected = apart.call(x).toNumbers();
        expect(inplace.call(x)).toBe(x);
        expect(x.toNumbers()).toEqual(expected);
      }
    }),
  );

  it(
    'Dropout keeps the mean in training and returns its input in evaluation',
    inScope(() => {
      const x = tensor(new Float32Array(10_000).fill(1)); // (10000)
      const dropout = new nn.Dropout(0.25);
      const values = dropout.call(x).toNumbers();
      const dropped = values.filter((value) => value === 0).length;
      // 10,000 draws at p = .25 have a standard deviation of 43.
      expect(Math.abs(dropped - 2500)).toBeLessThan(250);
      expect(new Set(values.filter((value) => value !== 0))).toEqual(new Set([Math.fround(1 / 0.75)]));
      expect(dropout.eval().call(x)).toBe(x);
      expect(() => new nn.Dropout(1.5)).toThrow('Dropout: p must be a probability');
    }),
  );

  it(
    'Identity returns the same tensor, through scopes',
    inScope(() => {
      const x = rows();
      expect(new nn.Sequential(new nn.Identity(), new nn.Identity()).call(x)).toBe(x);
    }),
  );

  it(
    'wrong shapes and settings are named',
    inScope(() => {
      using norm = new nn.BatchNorm2d(6);
      expect(() => norm.call(pattern([2, 5, 4, 4], 0))).toThrow(
        'BatchNorm2d: input must be (n, 6, h, w), got (2, 5, 4, 4)',
      );
      expect(() => new nn.Conv2d(6, 8, 3, { groups: 4 })).toThrow('Conv2d: groups must divide');
      expect(() => new nn.GroupNorm(4, 6)).toThrow(
        'GroupNorm: numGroups must divide numChannels, got 4 for 6',
      );
      expect(() => new nn.Embedding(4, 2, { paddingIdx: 4 })).toThrow('paddingIdx must be in 0 … 3, got 4');
      expect(() => new nn.ModuleList([new nn.Identity()]).at(1)).toThrow('there are 1 modules, got place 1');
    }),
  );
});

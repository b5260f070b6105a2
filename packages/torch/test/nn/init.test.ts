// Equal seeds give PyTorch's weights: every initializer and every layer's default, in PyTorch's order of draws.
import { describe, expect, it } from 'vitest';
import { empty, manualSeed, nn, type Tensor } from '../../src/index.js';
import { golden, type Summary } from '../goldens/pattern.js';
import { expectSummary, inScope } from '../support.js';

const { cases, meta } = golden<{ cases: Record<string, Record<string, Summary>> }>('init');
// The normal distribution's vectorized logarithm and cosine differ between processors in the last bits.
const RELATIVE = 1e-6;

const { init } = nn;
const blank = () => empty([20, 30]); // (20, 30)

const modules: Record<string, () => nn.AnyModule> = {
  conv2d: () => new nn.Conv2d(3, 16, 3),
  conv2dGroups: () => new nn.Conv2d(8, 16, 3, { groups: 4 }),
  conv2dKaiming: () => {
    const conv = new nn.Conv2d(3, 64, 7, { bias: false });
    init.kaimingNormal_(conv.weight, { mode: 'fan_out', nonlinearity: 'relu' });
    return conv;
  },
  linear: () => new nn.Linear(32, 10),
  embedding: () => new nn.Embedding(10, 16, { paddingIdx: 1 }),
  multiheadAttention: () => new nn.MultiheadAttention(16, 4),
  sequential: () =>
    new nn.Sequential(new nn.Linear(8, 8), new nn.BatchNorm1d(8), new nn.ReLU(), new nn.Linear(8, 4)),
};

const tensors: Record<string, () => Tensor> = {
  kaimingNormal: () => init.kaimingNormal_(blank()),
  kaimingUniform: () =>
    init.kaimingUniform_(blank(), { a: 0.2, mode: 'fan_out', nonlinearity: 'leaky_relu' }),
  xavierUniform: () => init.xavierUniform_(blank(), { gain: init.calculateGain('tanh') }),
  xavierNormal: () => init.xavierNormal_(blank()),
  truncNormal: () => init.truncNormal_(blank(), { mean: 0.01, std: 0.02 }),
  normal: () => init.normal_(blank(), 1, 0.5),
  uniform: () => init.uniform_(blank(), -2, 3),
};

function expectDrawn(name: string, state: ReadonlyMap<string, Tensor>): void {
  const floating = [...state].filter(([, tensor]) => tensor.dtype === 'float32');
  expect(floating.map(([key]) => key)).toEqual(Object.keys(cases[name]!));
  for (const [key, tensor] of floating) expectSummary(tensor, cases[name]![key]!, RELATIVE, `${name} ${key}`);
}

describe('initializers draw what PyTorch draws', () => {
  for (const [name, make] of Object.entries(modules)) {
    it(
      name,
      inScope(() => {
        manualSeed(meta.seed);
        using module = make();
        expectDrawn(name, module.stateDict());
      }),
    );
  }
  for (const [name, make] of Object.entries(tensors)) {
    it(
      name,
      inScope(() => {
        manualSeed(meta.seed);
        expectDrawn(name, new Map([['', make()]]));
      }),
    );
  }

  it('every golden case is tested', () => {
    expect([...Object.keys(modules), ...Object.keys(tensors)]).toEqual(Object.keys(cases));
  });

  it(
    'a vector has no fan',
    inScope(() => {
      expect(() => init.kaimingNormal_(empty([5]))).toThrow(
        'a weight needs at least 2 dimensions to have a fan, got (5)',
      );
    }),
  );
});

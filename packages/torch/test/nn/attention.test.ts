// Multi-head attention against torch.nn.MultiheadAttention(batch_first=True), masks and all, in float64.
import { describe, expect, it } from 'vitest';
import { nn, type Tensor, tensor } from '../../src/index.js';
import { fillByPattern, golden, pattern, type Summary } from '../goldens/pattern.js';
import { expectSummary, inScope } from '../support.js';

interface Case {
  output: Summary;
  inputGradients: Summary[];
  gradients: Record<string, Summary>;
}

const { cases } = golden<{ cases: Record<string, Case> }>('attention');
const RELATIVE = 1e-12; // float64 on both sides
const [N, L, S, D, HEADS] = [2, 4, 5, 8, 2];

const bools = (values: readonly number[], shape: readonly number[]) =>
  tensor(values, { dtype: 'bool' }).reshape(shape);
const crossInputs = () => [L, S, S].map((length, i) => pattern([N, length, D], 520 + i).requiresGrad_());
const padding = () => bools([0, 0, 0, 0, 1, 0, 0, 1, 0, 1], [N, S]); // (n, s)

function expectCase(name: string, module: nn.MultiheadAttention, inputs: Tensor[], output: Tensor): void {
  const expected = cases[name]!;
  expectSummary(output, expected.output, RELATIVE, name);
  output.mul(pattern(output.shape, 1000)).sum().backward();
  for (const [i, input] of inputs.entries()) {
    const { grad } = input;
    if (expected.inputGradients[i] !== undefined) {
      expectSummary(grad!, expected.inputGradients[i], RELATIVE, `${name} input ${i}`);
    }
  }
  for (const [key, parameter] of module.namedParameters()) {
    const { grad } = parameter;
    expect(grad === null, key).toBe(expected.gradients[key] === undefined);
    if (grad !== null) expectSummary(grad, expected.gradients[key]!, RELATIVE, `${name} gradient of ${key}`);
  }
}

function make(options: nn.AttentionOptions = {}): nn.MultiheadAttention {
  const module = new nn.MultiheadAttention(D, HEADS, options).to({ dtype: 'float64' });
  fillByPattern(module);
  return module;
}

describe('MultiheadAttention equals PyTorch', () => {
  for (const name of ['self', 'selfCausal']) {
    it(
      name,
      inScope(() => {
        using module = make();
        const x = pattern([N, L, D], 523).requiresGrad_(); // (n, l, d)
        const causal = bools([0, 1, 1, 1, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 0], [L, L]); // (l, l)
        expectCase(name, module, [x], module.call(x, x, x, name === 'self' ? {} : { attentionMask: causal }));
      }),
    );
  }

  const crosses: Record<string, () => nn.AttentionMasks> = {
    cross: () => ({}),
    crossPadding: () => ({ keyPaddingMask: padding() }),
    crossAdded: () => ({ attentionMask: pattern([L, S], 524) }),
    crossPerHead: () => ({ attentionMask: pattern([N * HEADS, L, S], 525), keyPaddingMask: padding() }),
  };
  for (const [name, masks] of Object.entries(crosses)) {
    it(
      name,
      inScope(() => {
        using module = make({ bias: name !== 'crossPerHead' });
        const inputs = crossInputs();
        const [query, key, value] = inputs as [Tensor, Tensor, Tensor];
        expectCase(name, module, inputs, module.call(query, key, value, masks()));
      }),
    );
  }

  it(
    'weights, averaged over heads',
    inScope(() => {
      using module = make();
      const inputs = crossInputs();
      const [query, key, value] = inputs as [Tensor, Tensor, Tensor];
      const { weights } = module.withWeights(query, key, value, { keyPaddingMask: padding() });
      expect(weights.shape).toEqual([N, L, S]);
      expectSummary(weights, cases.weights!.output, RELATIVE, 'weights');
    }),
  );

  it(
    'drops attention weights in training only, and names bad shapes',
    inScope(() => {
      using module = make({ dropout: 0.5 });
      const x = pattern([N, L, D], 523);
      const kept = module.eval().call(x, x, x).toNumbers();
      expect(module.call(x, x, x).toNumbers()).toEqual(kept);
      expect(module.train().call(x, x, x).toNumbers()).not.toEqual(kept);
      const flat = pattern([L, D], 0);
      expect(() => module.call(flat, flat, flat)).toThrow(
        'MultiheadAttention: query must be (n, l, 8), got (4, 8)',
      );
      expect(() => new nn.MultiheadAttention(8, 3)).toThrow('numHeads must divide embedDim, got 3 for 8');
    }),
  );
});

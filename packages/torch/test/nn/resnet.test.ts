// A whole network against torchvision: names, weights drawn, a training step and evaluation.
import { describe, expect, it } from 'vitest';
import { manualSeed, nn, noGrad, scoped } from '../../src/index.js';
import { fillByPattern, golden, pattern, type Summary } from '../goldens/pattern.js';
import { expectClose, expectSummary, inScope } from '../support.js';
import { ResNet10 } from './resnet.js';

interface Golden {
  size: number;
  batch: number;
  init: Record<string, Summary>;
  train: {
    output: Summary;
    inputGradients: Summary[];
    gradients: Record<string, Summary>;
    buffers: Record<string, Summary>;
  };
  eval: number[][];
  evalFloat32: number[][];
  keys: Record<string, number[]>;
}

const expected = golden<Golden>('resnet-tiny');
const { size, batch } = expected;

describe('a ResNet of basic blocks equals torchvision', () => {
  it(
    'draws the same weights from the same seed',
    inScope(() => {
      manualSeed(expected.meta.seed);
      using model = new ResNet10(5);
      const state = model.stateDict();
      expect(Object.fromEntries([...state].map(([key, t]) => [key, [...t.shape]]))).toEqual(expected.keys);
      for (const [key, drawn] of Object.entries(expected.init))
        expectSummary(state.get(key)!, drawn, 1e-6, key);
    }),
  );

  for (const memoryFormat of ['contiguous', 'channels_last'] as const) {
    it(
      `training step and evaluation, ${memoryFormat}`,
      inScope(() => {
        using model = new ResNet10(5).to({ dtype: 'float64', memoryFormat });
        fillByPattern(model);
        // float64 through ten batch-normed layers: sums in another order, grown a few hundred times.
        const relative = 1e-10;
        scoped(() => {
          const x = pattern([batch, 3, size, size], 500).to({ memoryFormat }).requiresGrad_(); // (n, 3, s, s)
          const output = model.call(x); // (n, 5)
          expectSummary(output, expected.train.output, relative, 'output');
          output.mul(pattern(output.shape, 1000)).sum().backward();
          expectSummary(x.grad!, expected.train.inputGradients[0]!, relative, 'input gradient');
          for (const [key, parameter] of model.namedParameters()) {
            expectSummary(parameter.grad!, expected.train.gradients[key]!, relative, `gradient of ${key}`);
          }
          for (const [key, own] of model.namedBuffers()) {
            expectSummary(own, expected.train.buffers[key]!, relative, key);
          }
        });
        const x = pattern([batch, 3, size, size], 501).to({ memoryFormat });
        const evaluate = () => noGrad(() => model.eval().call(x).toNumbers());
        expectClose(evaluate(), expected.eval.flat(), { relative, label: 'evaluation' });
        model.to({ dtype: 'float32' });
        const single = noGrad(() => model.call(x.to({ dtype: 'float32' })).toNumbers());
        // float32: 2⁻²⁴ a rounding, thousands of terms a sum, ten layers.
        expectClose(single, expected.evalFloat32.flat(), { relative: 1e-4, label: 'evaluation in float32' });
      }),
    );
  }

  it(
    'the module type is open to other inputs and outputs',
    inScope(() => {
      class Two extends nn.Module<[a: number, b: number], { sum: number }> {
        forward(a: number, b: number): { sum: number } {
          return { sum: a + b };
        }
      }
      expect(new Two().call(1, 2)).toEqual({ sum: 3 });
    }),
  );
});

// Encoders against torchvision's: names and shapes, seeded weights, outputs, gradients, running statistics.
import { autocast, manualSeed, nn, noGrad, scoped } from '@xclr/torch';
import { describe, expect, test } from 'vitest';
import { fillByPattern, pattern } from '../../../torch/test/goldens/pattern.js';
import { createEncoder, type Encoder, encoderNames } from '../../src/models/index.js';
import { StochasticDepth } from '../../src/models/mobile-blocks.js';
import { precisionOf } from '../../src/train/precision.js';
import {
  expectShort,
  float32Tolerance,
  golden,
  type NetworkGolden,
  relativeError,
  type StateDictGolden,
} from './goldens.js';

const computesInBfloat16 = precisionOf('auto', 'cpu') === 'bfloat16';

const SEED = 20240718; // make_goldens.py's

describe("torchvision's state-dict names and shapes", () => {
  const { models } = golden<StateDictGolden>('state-dicts');

  test('every depth is there', () =>
    expect(encoderNames).toEqual(expect.arrayContaining(Object.keys(models))));

  test.each(Object.keys(models))('%s, in the same order', (name) => {
    using model = createEncoder(name, { classes: 1000 });
    const state = [...model.stateDict()].map(([key, tensor]) => [key, tensor.shape]);
    expect(state).toEqual(Object.entries(models[name]!));
  });

  test('an encoder has all but the classifier', () => {
    using model = createEncoder('resnet18');
    expect([...model.stateDict().keys()]).toEqual(
      Object.keys(models.resnet18!).filter((key) => !key.startsWith('fc.')),
    );
  });
});

/** Training mode, but for dropout and stochastic depth, which are random. */
function trainWithoutChance(model: Encoder): Encoder {
  model.train();
  for (const module of model.namedModules().values())
    if (module instanceof nn.Dropout || module instanceof StochasticDepth) module.eval();
  return model;
}

describe.each(['resnet18', 'resnet50', 'mobilenet_v3_small', 'efficientnet_b0'] as const)(
  '%s with the weights of the goldens',
  (name) => {
    const expected = golden<NetworkGolden>(name);
    const { classes, size, batch } = expected;
    const images = (stream: number) => pattern([batch, 3, size, size], stream); // (batch, 3, size, size)

    test("equal seeds give torchvision's initial weights", () => {
      manualSeed(SEED);
      using model = createEncoder(name, { classes });
      const state = model.stateDict();
      // Float32 draws; norms are summed in another order.
      for (const [key, short] of Object.entries(expected.initial))
        expectShort(state.get(key)!, short, 1e-6, key);
    });

    test('float64: output, gradients and running statistics of a training step, then the evaluation', () => {
      using model = createEncoder(name, { classes }).to({ dtype: 'float64' });
      fillByPattern(model);
      scoped(() => {
        // Rounding of 1e-16, amplified by 18 to 50 layers that normalize over as few as 8 values.
        const tolerance = 1e-10;
        const input = images(500).requiresGrad_();
        const output = trainWithoutChance(model).call(input); // (batch, classes)
        expect(relativeError(output.toNumbers(), expected.output)).toBeLessThan(tolerance);

        output.mul(pattern(output.shape, 1000)).sum().backward();
        expectShort(input.grad!, expected.imageGradient, tolerance, 'images');
        const gradients = new Map(
          [...model.namedParameters()].map(([key, parameter]) => [key, parameter.grad]),
        );
        expect([...gradients.keys()]).toEqual(Object.keys(expected.gradients));
        for (const [key, short] of Object.entries(expected.gradients)) {
          expectShort(gradients.get(key)!, short, tolerance, `gradient of ${key}`);
        }

        const buffers = model.namedBuffers();
        const counter = [...buffers.keys()].find((key) => key.endsWith('num_batches_tracked'))!;
        for (const [key, short] of Object.entries(expected.buffers))
          expectShort(buffers.get(key)!, short, tolerance, key);
        expect(buffers.get(counter)!.item()).toBe(1);

        const evaluated = noGrad(() => model.eval().call(images(501)));
        expect(relativeError(evaluated.toNumbers(), expected.evaluated)).toBeLessThan(tolerance);
        expect(buffers.get(counter)!.item()).toBe(1);
      });
    });

    test.each([
      // For bfloat16 PyTorch's own error is the measure.
      { precision: 'float32', memoryFormat: 'contiguous', tolerance: float32Tolerance },
      { precision: 'float32', memoryFormat: 'channels_last', tolerance: float32Tolerance },
      { precision: 'bfloat16', memoryFormat: 'contiguous', tolerance: 1.5 * expected.bfloat16Error },
      { precision: 'bfloat16', memoryFormat: 'channels_last', tolerance: 1.5 * expected.bfloat16Error },
    ] as const)('$precision, $memoryFormat: the output within $tolerance', (settings) => {
      const { precision, memoryFormat, tolerance } = settings;
      // Where a processor has no units for it, or may not use them, LibTorch's bfloat16 fails or is far off, and xclr refuses it.
      if (precision === 'bfloat16' && !computesInBfloat16) return;
      using model = createEncoder(name, { classes });
      fillByPattern(model);
      model.to({ memoryFormat });
      scoped(() => {
        const input = images(500).to({ dtype: 'float32', memoryFormat });
        const forward = () => trainWithoutChance(model).call(input); // (batch, classes)
        const output = precision === 'float32' ? forward() : autocast('cpu', 'bfloat16', forward);
        expect(relativeError(output.toNumbers(), expected.output)).toBeLessThan(tolerance);
      });
    });
  },
);

// Encoders that torchvision has not: widths, the small stem, no classifier; the projector; the registry's errors.
import { randn, scoped } from '@xclr/torch';
import { describe, expect, test } from 'vitest';
import { createEncoder, Projector } from '../../src/models/index.js';

const shapesOf = (module: { stateDict(): Map<string, { shape: readonly number[] }> }) =>
  new Map([...module.stateDict()].map(([key, { shape }]) => [key, shape]));

describe('width', () => {
  test.each([
    { name: 'resnet10', width: 0.5, features: 256 },
    { name: 'resnet18', width: 1, features: 512 },
    { name: 'resnet18', width: 0.25, features: 128 },
    { name: 'resnet34', width: 0.5, features: 256 },
    { name: 'resnet50', width: 1, features: 2048 },
    { name: 'resnet50', width: 0.25, features: 512 },
    { name: 'resnet18', width: 2, features: 1024 },
  ])('$name × $width gives $features features', ({ name, width, features }) => {
    using model = createEncoder(name, { width });
    expect(model.features).toBe(features);
    expect(shapesOf(model).get('conv1.weight')).toEqual([64 * width, 3, 7, 7]);
    scoped(() => expect(model.call(randn([2, 3, 64, 64])).shape).toEqual([2, features]));
  });

  test('channels are multiples of 8, at least 8', () => {
    using model = createEncoder('resnet18', { width: 0.03 });
    const widths = [...shapesOf(model)]
      .filter(([key]) => key.endsWith('bn1.weight'))
      .map(([, shape]) => shape[0]);
    expect(new Set(widths)).toEqual(new Set([8, 16]));
  });
});

describe('stem', () => {
  const size = (stem: 'standard' | 'small') => {
    using model = createEncoder('resnet18', { stem, width: 0.125 });
    return scoped(() => {
      let h = model.call(randn([2, 3, 32, 32]));
      expect(h.shape).toEqual([2, 64]);
      h = h.sum();
      h.backward();
      const kernel = shapesOf(model).get('conv1.weight');
      return { kernel, gradients: [...model.namedParameters().values()].every((p) => p.grad !== null) };
    });
  };

  test('standard: 7×7', () => expect(size('standard')).toEqual({ kernel: [8, 3, 7, 7], gradients: true }));
  test('small: 3×3, the names unchanged', () => {
    expect(size('small')).toEqual({ kernel: [8, 3, 3, 3], gradients: true });
    using small = createEncoder('resnet18', { stem: 'small' });
    using standard = createEncoder('resnet18');
    expect([...small.stateDict().keys()]).toEqual([...standard.stateDict().keys()]);
  });
});

describe('projector', () => {
  test('linear, batch norm, ReLU, linear', () => {
    using projector = new Projector(32, { hidden: 16, output: 8 });
    expect(shapesOf(projector)).toEqual(
      new Map([
        ['layers.0.weight', [16, 32]],
        ['layers.1.weight', [16]],
        ['layers.1.bias', [16]],
        ['layers.1.running_mean', [16]],
        ['layers.1.running_var', [16]],
        ['layers.1.num_batches_tracked', []],
        ['layers.3.weight', [8, 16]],
      ]),
    );
    scoped(() => expect(projector.call(randn([4, 32])).shape).toEqual([4, 8]));
  });

  test('128 wide, as wide inside as its input, by default; any number of layers', () => {
    using two = new Projector(24);
    expect([...shapesOf(two).values()].filter((shape) => shape.length === 2)).toEqual([
      [24, 24],
      [128, 24],
    ]);
    using one = new Projector(24, { layers: 1 });
    expect([...shapesOf(one)]).toEqual([['layers.0.weight', [128, 24]]]);
    using three = new Projector(24, { layers: 3, hidden: 40 });
    expect([...shapesOf(three).values()].filter((shape) => shape.length === 2)).toEqual([
      [40, 24],
      [40, 40],
      [128, 40],
    ]);
  });
});

describe('registry', () => {
  test.each(['resnet5', 'resnet-50', 'ResNet50'])('%s: an error with the nearest names', (name) => {
    expect(() => createEncoder(name)).toThrow(/encoder: expected one of resnet10, .*, got /);
    try {
      createEncoder(name);
    } catch (error) {
      expect((error as { remedy?: string }).remedy).toMatch(/did you mean .*resnet50/);
    }
  });

  test('names of Object.prototype are no encoders', () => {
    expect(() => createEncoder('constructor')).toThrow(/expected one of/);
  });
});

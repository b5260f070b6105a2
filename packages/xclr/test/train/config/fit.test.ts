// What `auto` becomes: for devices, data and memory; and that what was given stays.
import { describe, expect, it } from 'vitest';
import {
  type AskedTrainConfig,
  askTrainConfig,
  type Circumstances,
  fitTrainConfig,
} from '../../../src/train/config.js';

const asked = (settings: object = {}): AskedTrainConfig =>
  askTrainConfig({ base: { data: { path: 'shop.csv' }, ...settings } });
const cpu: Circumstances = { device: 'cpu', images: 7000, side: 69 };
const gpu: Circumstances = { device: 'cuda', images: 1_281_167, side: 430 };

describe('on a CPU', () => {
  it('trains a small encoder on small views, some hundred thousand images in all', () => {
    const { config } = fitTrainConfig(asked(), cpu);
    expect(config).toMatchObject({
      encoder: { name: 'resnet18', width: 0.5 },
      views: { size: 64 },
      batchSize: 128,
      epochs: 36, // 250,000 images
      steps: null,
      optimizer: { name: 'adamw', lr: 0.001, weightDecay: 0.05 },
    });
  });

  it.each([
    [20, 32],
    [32, 32],
    [46, 48],
    [60, 64],
    [1000, 64],
  ])('takes views of images of %i pixels at %i', (side, size) => {
    expect(fitTrainConfig(asked(), { ...cpu, side }).config.views.size).toBe(size);
  });

  it('takes smaller batches of little data, and trains for longer', () => {
    expect(fitTrainConfig(asked(), { ...cpu, images: 300 }).config).toMatchObject({
      batchSize: 32,
      epochs: 100,
    });
    expect(fitTrainConfig(asked(), { ...cpu, images: 5 }).config.batchSize).toBe(2);
  });

  it('takes as large a batch as memory allows', () => {
    const { config, choices } = fitTrainConfig(asked(), { ...cpu, largestBatch: () => 50 });
    expect(config.batchSize).toBe(32);
    expect(choices.find(({ setting }) => setting === 'batchSize')?.why).toMatch(/memory/);
  });
});

describe('on a GPU', () => {
  it('trains a ResNet-50 at full size', () => {
    expect(fitTrainConfig(asked(), gpu).config).toMatchObject({
      encoder: { name: 'resnet50', width: 1 },
      views: { size: 224 },
      batchSize: 256,
      epochs: 10,
    });
    expect(fitTrainConfig(asked(), { ...gpu, side: 64 }).config.views.size).toBe(64);
  });
});

describe('what was given', () => {
  it('stays, and only the rest is chosen', () => {
    const given = {
      encoder: { name: 'mobilenet_v3_small' },
      views: { size: 40 },
      batchSize: 24,
      optimizer: { name: 'sgd' },
    };
    const { config, choices } = fitTrainConfig(asked({ ...given, steps: 500 }), cpu);
    expect(config).toMatchObject({ ...given, steps: 500, epochs: null });
    expect(config.optimizer.lr).toBeCloseTo((0.06 * 24) / 256, 12);
    expect(config.schedule.warmupSteps).toBe(50);
    expect(config.encoder.width).toBe(1);
    expect(choices).toEqual([]);
  });

  it.each([{ name: 'resnet18' }, { width: 1 }, { weights: 'resnet18.safetensors' }] as const)(
    'keeps the whole width of %j',
    (encoder) => expect(fitTrainConfig(asked({ encoder }), cpu).config.encoder.width).toBe(1),
  );

  it('is all of a recipe: nothing of the paper’s settings is chosen', () => {
    const { choices, config } = fitTrainConfig(askTrainConfig({ file: 'xclr-in1k' }), cpu);
    expect(choices).toEqual([]);
    expect(config).toMatchObject({
      encoder: { name: 'resnet50' },
      batchSize: 1024,
      epochs: 100,
      optimizer: { name: 'lars' },
    });
  });

  it('is what was chosen, when it is resolved again', () => {
    const { config } = fitTrainConfig(asked(), cpu);
    const again = askTrainConfig({ base: JSON.parse(JSON.stringify(config)) });
    expect(fitTrainConfig(again, gpu)).toEqual({ config, choices: [] });
  });
});

describe('choices', () => {
  it('name each setting with its reason', () => {
    expect(fitTrainConfig(asked(), cpu).choices.map(({ setting }) => setting)).toEqual([
      'encoder.name',
      'encoder.width',
      'views.size',
      'optimizer.name',
      'batchSize',
      'epochs',
    ]);
    const startsFrom = { name: 'resnet34', width: 0.25 } as const;
    const why = 'as the run that it starts from';
    expect(fitTrainConfig(asked(), { ...cpu, startsFrom }).choices.slice(0, 2)).toEqual([
      { setting: 'encoder.name', value: 'resnet34', why },
      { setting: 'encoder.width', value: 0.25, why },
    ]);
  });
});

describe('τ_s', () => {
  const temperature = (graph: object) => {
    const found = asked({ graph }).graph;
    return 'temperature' in found ? found.temperature : undefined;
  };

  it("is the paper's where the paper's text encoder is named, and calibrated with any other", () => {
    expect(temperature({})).toBe('auto');
    expect(temperature({ encoder: 'sentence-transformer' })).toBe(0.1);
    expect(temperature({ encoder: 'wordnet' })).toBe('auto');
    expect(temperature({ encoder: 'sentence-transformer', model: 'other/model' })).toBe('auto');
    expect(temperature({ kind: 'taxonomy', path: 'tree.csv' })).toBe('auto');
    expect(temperature({ encoder: 'wordnet', temperature: 0.3 })).toBe(0.3);
  });
});

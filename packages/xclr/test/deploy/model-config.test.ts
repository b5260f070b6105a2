// config.json of an exported encoder: which of them timm is told it can load.
import { describe, expect, it } from 'vitest';
import { modelConfig } from '../../src/deploy/export/model-config.js';
import { resolveTrainConfig, type TrainSettings } from '../../src/train/config.js';

const configOf = (encoder: TrainSettings['encoder']) =>
  modelConfig(
    resolveTrainConfig({ base: { data: { path: 'x.csv' } }, overrides: { encoder, views: { size: 64 } } }),
    512,
  );

describe('config.json', () => {
  it('names timm’s architecture where timm has it', () => {
    expect(configOf({ name: 'resnet18' })).toMatchObject({ architecture: 'resnet18', num_features: 512 });
    expect(configOf({ name: 'mobilenet_v3_small' })).toMatchObject({ architecture: 'mobilenetv3_small_100' });
  });

  it.each([
    { name: 'resnet10' },
    { name: 'resnet18', width: 0.5 },
    { name: 'resnet18', stem: 'small' },
  ] as const)('names none for %j, and what it is for xclr', (encoder) => {
    const config = configOf(encoder);
    expect(config).not.toHaveProperty('architecture');
    expect(config.xclr).toMatchObject({ encoder: encoder.name });
  });
});

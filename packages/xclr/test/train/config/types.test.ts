// Misspelt settings are found by the type checker: each @ts-expect-error below fails to compile if the line has no error.
import { describe, expect, it } from 'vitest';
import type { QuickstartOptions } from '../../../src/compare/quickstart.js';
import type { DistillOptions } from '../../../src/deploy/distill/distill.js';
import type { EvaluateRunOptions } from '../../../src/evaluate/evaluate-run.js';
import { type ConfigSources, resolveTrainConfig, type TrainSettings } from '../../../src/train/config.js';
import type { SessionOptions } from '../../../src/train/session.js';
import { UserError } from '../../../src/util/errors.js';

const data = { path: 'images/' };

describe('resolveTrainConfig', () => {
  it('takes settings of every depth', () => {
    const base: TrainSettings = {
      data: { path: 'images/', only: { label: ['cat', 'dog'] } },
      encoder: { name: 'resnet18', width: 0.5 },
      graph: { kind: 'text', encoder: 'wordnet', temperature: 'auto', postprocess: { center: true } },
      optimizer: { name: 'adamw', betas: [0.9, 0.99] },
      views: { overrides: { geometry: { flip: 0 } } },
    };
    expect(resolveTrainConfig({ base }).encoder.name).toBe('resnet18');
    expect(resolveTrainConfig({ base: resolveTrainConfig({ base }) }).graph.kind).toBe('text');
  });

  it.each<[string, () => unknown]>([
    // @ts-expect-error the key is batchSize
    ['a key', () => resolveTrainConfig({ base: { data, batchsize: 8 } })],
    // @ts-expect-error the key is lr
    ['a key of a section', () => resolveTrainConfig({ base: { data, optimizer: { learningRate: 0.1 } } })],
    // @ts-expect-error the encoder is resnet18
    ['a name', () => resolveTrainConfig({ base: { data, encoder: { name: 'resnet-18' } } })],
    // @ts-expect-error the key is temperature
    ['a key of a graph', () => resolveTrainConfig({ base: { data, graph: { kind: 'text', tau: 1 } } })],
    // @ts-expect-error the key is epochs
    ['an override', () => resolveTrainConfig({ base: { data }, overrides: { epoch: 3 } })],
    // @ts-expect-error a number is expected
    ['a type', () => resolveTrainConfig({ base: { data }, overrides: { epochs: '3' } })],
  ])('refuses %s that is wrong, in the type checker and at run time', (_, call) => {
    expect(call).toThrow(UserError);
  });
});

describe('options of the public functions', () => {
  it('have no keys but their own', () => {
    // @ts-expect-error the key is overrides
    const sources: ConfigSources = { base: { data }, override: {} };
    // @ts-expect-error the key is onStep
    const session: SessionOptions = { onSteps: () => undefined };
    // @ts-expect-error the weights are last or best
    const evaluation: EvaluateRunOptions = { checkpoint: 'final' };
    // @ts-expect-error the key is steps
    const overrides: QuickstartOptions['overrides'] = { step: 3 };
    // @ts-expect-error there is no such architecture
    const student: Pick<DistillOptions, 'into'> = { into: 'mobilenet_v3_tiny' };
    expect([sources, session, evaluation, overrides, student]).toHaveLength(5);
  });
});

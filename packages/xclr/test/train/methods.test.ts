// Every method through the same trainer: learns, resumes bit for bit, and is evaluated.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { io } from '@xclr/torch';
import { beforeAll, describe, expect, it } from 'vitest';
import { evaluateRun } from '../../src/evaluate/evaluate-run.js';
import { readMetrics } from '../../src/train/metrics-log.js';
import { runTraining } from '../../src/train/session.js';
import { putDataset, smallConfig, temporaryFolder } from './make.js';

const folder = temporaryFolder();
let manifest = '';

beforeAll(async () => {
  manifest = await putDataset(join(folder, 'data'));
});

const textTower = { width: 32, layers: 2, heads: 2, context: 12, vocabulary: 600 };
const methods = {
  clip: { method: 'clip', graph: { kind: 'identity' }, textTower },
  'clip-frozen': { method: 'clip-frozen', graph: { kind: 'text', encoder: 'wordnet' } },
  supervised: { method: 'supervised', graph: { kind: 'labels' }, loss: { labelSmoothing: 0.1 } },
} as const;
type Name = keyof typeof methods;
const names = Object.keys(methods) as Name[];

const configOf = (name: Name, run: string, changes: object = {}) =>
  smallConfig(manifest, join(folder, run), { ...methods[name], ...changes });

const lossesOf = (run: Awaited<ReturnType<typeof runTraining>>['run']) =>
  readMetrics(run).map(({ step, loss, validationLoss }) => ({ step, loss, validationLoss }));

describe.each(names)('method %s', (name) => {
  it('learns its training part', async () => {
    const { run, finished } = await runTraining(configOf(name, `${name}-learns`, { steps: 60, logEvery: 1 }));
    expect(finished).toBe(true);
    const rows = readMetrics(run);
    const mean = (part: typeof rows) => part.reduce((sum, { loss }) => sum + loss, 0) / part.length;
    expect(rows[0]!.chanceLoss).toBeCloseTo(Math.log(8), 6); // 8 images a batch, 8 classes
    expect(mean(rows.slice(-10))).toBeLessThan(0.8 * mean(rows.slice(0, 10)));
  });

  it('resumes bit for bit after a stop', async () => {
    const { run: whole } = await runTraining(configOf(name, `${name}-whole`));
    const stop = new AbortController();
    const config = configOf(name, `${name}-stopped`);
    await runTraining(config, { stop: stop.signal, onStep: ({ step }) => void (step === 4 && stop.abort()) });
    const { run } = await runTraining(configOf(name, `${name}-stopped`, { resume: true }));
    expect(lossesOf(run)).toEqual(lossesOf(whole));
    const weights = (of: typeof run) => readFileSync(of.file('checkpoints', 'last', 'model.safetensors'));
    expect(weights(run).equals(weights(whole))).toBe(true);
  });

  it('is evaluated like any other run', async () => {
    const apart = { gallery: { split: 'train' }, queries: { split: 'validation' } };
    const tasks = [
      { metric: 'knn', name: 'label', ...apart },
      {
        metric: 'corruptions',
        name: 'label',
        ...apart,
        kinds: ['brightness', 'gaussian-noise'],
        severities: [5],
      },
      { metric: 'zero-shot', name: 'label', prompt: 'a {class}', queries: apart.queries, fit: apart.gallery },
      { metric: 'text-retrieval', name: 'held', samples: apart.queries, fit: apart.gallery },
    ];
    const config = configOf(name, `${name}-evaluated`, { steps: 2, evaluation: { tasks } });
    const { run } = await runTraining(config);
    const { features, projected } = await evaluateRun(run, { checkpoint: 'last' });
    expect(Object.keys(features)).toContain('knn_label');
    expect(features.corrupted_label!.n).toBe(8);
    expect(features['corrupted-brightness_label']!.definition).toContain('corrupted by brightness');
    expect(features.zeroshot_label!.definition).toContain('ridge regression');
    if (name === 'supervised') expect(projected).toEqual({});
    else {
      // Both have a text encoder of their own, in the space of the projected images.
      expect(projected.zeroshot_label!.definition).toMatch(
        /Texts by the run's (text tower|map from wordnet)/,
      );
      expect(projected.t2p_r1_held!.n).toBe(8);
      expect(Object.keys(projected)).not.toContain('corrupted_label');
    }
  });
});

describe('methods', () => {
  it('take two views where they are told to', async () => {
    const { run } = await runTraining(
      configOf('clip', 'clip-two', { steps: 2, views: { size: 32, recipe: 'light', count: 2 } }),
    );
    expect(readMetrics(run)[0]!.chanceLoss).toBeCloseTo(Math.log(8), 6);
  });

  it.each([
    [
      { method: 'simclr', graph: { kind: 'identity' }, views: { count: 1 } },
      /views.count must be 2 for method simclr/,
    ],
    [{ method: 'clip-frozen', graph: { kind: 'labels' } }, /graph.kind must be text for method clip-frozen/],
    [
      { method: 'clip', graph: { kind: 'identity' }, textTower: { width: 30, heads: 4 } },
      /must divide textTower.width/,
    ],
    [{ method: 'supervized' }, /Did you mean supervised/],
  ])('refuse settings that do not go together: %j', (changes, message) => {
    expect(() => smallConfig(manifest, 'unused', changes)).toThrow(message);
  });

  it('supervised refuses a class that only the validation part has', async () => {
    const config = configOf('supervised', 'supervised-unseen', {
      data: { path: manifest, train: { split: 'train', label: ['cat', 'dog'] } },
    });
    // The validation part is filtered the same way, so that its labels are trained on.
    await expect(runTraining({ ...config, steps: 1, batchSize: 4 })).resolves.toMatchObject({
      finished: true,
    });
  });
});

describe('fine-tuning', () => {
  it('starts from the encoder of another run, and records which', async () => {
    const { run: first } = await runTraining(configOf('supervised', 'first', { steps: 3 }));
    const config = configOf('clip', 'second', {
      steps: 1,
      encoder: { name: 'resnet18', stem: 'standard', width: 0.125, weights: first.path },
      optimizer: { name: 'sgd', lr: 1e-12, momentum: 0, weightDecay: 0 },
    });
    const { run } = await runTraining(config);
    expect(run.readRecord().initialWeights).toMatchObject({
      path: first.path,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const conv = (of: typeof run) => {
      const { tensors } = io.readSafetensors(of.file('checkpoints', 'last', 'model.safetensors'));
      const values = tensors.get('encoder.conv1.weight')!.toNumbers();
      for (const tensor of tensors.values()) tensor.dispose();
      return values;
    };
    const [before, after] = [conv(first), conv(run)];
    after.forEach((value, i) => {
      expect(value).toBeCloseTo(before[i]!, 6);
    });
  });

  it('refuses an encoder of another shape, and a path with nothing', async () => {
    const encoder = { name: 'resnet18', stem: 'standard', width: 0.25, weights: join(folder, 'first') };
    await expect(runTraining(configOf('clip', 'misfit', { encoder }))).rejects.toThrow(
      /they are of an encoder with width 0.125, and this one has width 0.25/,
    );
    const nowhere = { ...encoder, weights: join(folder, 'nowhere') };
    await expect(runTraining(configOf('clip', 'nothing', { encoder: nowhere }))).rejects.toThrow(
      /there is nothing at/,
    );
  });
});

// The moving average of the weights: its formula, what a checkpoint keeps, and who reads it.
import { join } from 'node:path';
import { io, manualSeed, nn, scoped, type Tensor } from '@xclr/torch';
import { beforeAll, describe, expect, it } from 'vitest';
import { createEncoder } from '../../src/models/index.js';
import { loadCheckpointModel } from '../../src/train/checkpoint.js';
import { openStartingWeights } from '../../src/train/initial-weights.js';
import { readMetrics } from '../../src/train/metrics-log.js';
import { RunFolder } from '../../src/train/run-folder.js';
import { runTraining } from '../../src/train/session.js';
import { createEvaluationModel } from '../../src/train/training-model.js';
import { WeightAverage } from '../../src/train/weight-average.js';
import { putDataset, smallConfig, temporaryFolder } from './make.js';

const folder = temporaryFolder();
let manifest = '';

beforeAll(async () => {
  manifest = await putDataset(join(folder, 'data'));
});

const numbersOf = (tensors: ReadonlyMap<string, Tensor>) =>
  Object.fromEntries([...tensors].map(([name, tensor]) => [name, tensor.toNumbers()]));

/** Adds one to every weight and statistic. */
const move = (model: nn.Module) =>
  scoped(() => {
    for (const tensor of model.stateDict().values())
      if (tensor.dtype === 'float32') tensor.setData(tensor.detach().add(1));
  });

describe('WeightAverage', () => {
  it('follows weights and statistics, slower from step to step until the decay that was asked for', () => {
    manualSeed(1);
    using model = new nn.Sequential(new nn.Linear(3, 2), new nn.BatchNorm1d(2));
    using average = new WeightAverage(model, 0.25);
    scoped(() => {
      const before = numbersOf(model.stateDict());
      move(model);
      average.follow(1); // (1 + 1) / (10 + 1) = 0.18 is below 0.25
      move(model);
      average.follow(2); // (1 + 2) / (10 + 2) = 0.25
      average.follow(90); // 0.91 is above it
      const distance = [1, 2, 2].reduce((sofar, own, i) => {
        const d = [2 / 11, 0.25, 0.25][i]!;
        return d * sofar + (1 - d) * own;
      }, 0);
      const state = numbersOf(average.stateOf(model.stateDict()));
      for (const name of ['0.weight', '0.bias', '1.weight', '1.running_mean', '1.running_var']) {
        state[name]!.forEach((value, i) => {
          expect(value, name).toBeCloseTo(before[name]![i]! + distance, 5);
        });
        state[`student.${name}`]!.forEach((value, i) => {
          expect(value, name).toBeCloseTo(before[name]![i]! + 2, 5);
        });
      }
      expect(state['student.1.num_batches_tracked']).toBeUndefined();
    });
  });

  it('lends its weights for a while, and gives the model its own back, bit for bit', async () => {
    manualSeed(1);
    using model = new nn.Linear(3, 2);
    using average = new WeightAverage(model, 0.5);
    const first = numbersOf(model.stateDict());
    move(model);
    const moved = numbersOf(model.stateDict());
    await average.during(async () => expect(numbersOf(model.stateDict())).toEqual(first));
    expect(numbersOf(model.stateDict())).toEqual(moved);
    await expect(
      average.during(async () => {
        throw new Error('a broken disk');
      }),
    ).rejects.toThrow('a broken disk');
    expect(numbersOf(model.stateDict())).toEqual(moved);
    average.begin();
    await average.during(async () => expect(numbersOf(model.stateDict())).toEqual(moved));
  });
});

describe('a run with an average', () => {
  const [whole, stopped] = [join(folder, 'whole'), join(folder, 'stopped')];
  const settings = (run: string, changes = {}) => smallConfig(manifest, run, { emaDecay: 0.9, ...changes });
  const weights = (run: string) => join(run, 'checkpoints', 'last', 'model.safetensors');

  it('resumes bit for bit, and trains as one without', async () => {
    const plain = join(folder, 'plain');
    await runTraining(smallConfig(manifest, plain));
    await runTraining(settings(whole));
    const controller = new AbortController();
    await runTraining(settings(stopped), {
      stop: controller.signal,
      onStep: ({ step }) => void (step === 6 && controller.abort()),
    });
    await runTraining(settings(stopped, { resume: true }));
    scoped(() => {
      const [expected, got, without] = [whole, stopped, plain].map((run) =>
        numbersOf(io.readSafetensors(weights(run)).tensors),
      );
      expect(got).toEqual(expected);
      const name = 'encoder.conv1.weight';
      expect(expected![`student.${name}`]).toEqual(without![name]);
      expect(expected![name]).not.toEqual(without![name]);
    });
    const [averaged, trained] = [whole, plain].map((run) => readMetrics(new RunFolder(run)));
    expect(averaged!.map(({ loss }) => loss)).toEqual(trained!.map(({ loss }) => loss));
    const validation = (rows: typeof averaged) => rows!.map(({ validationLoss }) => validationLoss);
    expect(validation(averaged)).not.toEqual(validation(trained)); // of the average
  });

  it('gives the average to evaluation, and to another run that starts from it', async () => {
    const config = settings(whole);
    using evaluated = createEvaluationModel(config);
    loadCheckpointModel(join(whole, 'checkpoints', 'last'), evaluated);
    const { name, stem, width } = config.encoder;
    using started = createEncoder(name, { stem, width });
    const found = await openStartingWeights({ encoder: { ...config.encoder, weights: whole } });
    found!.load(started);
    scoped(() => {
      const saved = numbersOf(io.readSafetensors(weights(whole)).tensors);
      const [ofEvaluation, ofStart] = [evaluated.encoder, started].map((model) =>
        numbersOf(model.stateDict()),
      );
      for (const [key, values] of Object.entries(ofEvaluation!)) {
        expect(values, key).toEqual(saved[`encoder.${key}`]);
        if (!key.endsWith('num_batches_tracked')) expect(ofStart![key], key).toEqual(values);
      }
    });
  });

  it('is refused a decay of 1, and another one when it is resumed', async () => {
    expect(() => settings(whole, { emaDecay: 1 })).toThrow(/emaDecay/);
    await expect(runTraining(settings(whole, { resume: true, emaDecay: 0.5 }))).rejects.toThrow(/emaDecay/);
  });
});

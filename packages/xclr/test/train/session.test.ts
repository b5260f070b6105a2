// Training end to end on a small set: the run folder, resuming bit for bit, and what goes wrong.
import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openDataset, packDataset } from '../../src/data/index.js';
import type { TrainConfig } from '../../src/train/config.js';
import { readMetrics } from '../../src/train/metrics-log.js';
import { RunFolder, type RunRecord } from '../../src/train/run-folder.js';
import { runTraining } from '../../src/train/session.js';
import { asideOf } from '../../src/util/files.js';
import { putDataset, smallConfig, temporaryFolder } from './make.js';

const folder = temporaryFolder();
let manifest = '';

beforeAll(async () => {
  manifest = await putDataset(join(folder, 'data'));
});

/** Trains and stops after a step, as Ctrl-C does. */
async function stoppedAfter(step: number, config: TrainConfig): Promise<{ finished: boolean; step: number }> {
  const controller = new AbortController();
  return runTraining(config, {
    stop: controller.signal,
    onStep: (progress) => {
      if (progress.step === step) controller.abort();
    },
  });
}

const checkpoint = (run: string, file: string) => readFileSync(join(run, 'checkpoints', 'last', file));
const losses = (run: string) =>
  readMetrics(new RunFolder(run)).map(({ step, loss, validationLoss }) => ({ step, loss, validationLoss }));

describe('a run', () => {
  const run = join(folder, 'whole');

  it('writes the run folder', async () => {
    expect(await runTraining(smallConfig(manifest, run))).toMatchObject({ finished: true, step: 10 });
    const record = JSON.parse(readFileSync(join(run, 'config.json'), 'utf8')) as RunRecord;
    expect(record.data).toMatchObject({ samples: 40, training: 32 });
    expect(record.graph).toMatch(/wordnet.*τ_s/);
    expect(readdirSync(run).some((name) => name.startsWith('events.out.tfevents'))).toBe(true);
    for (const name of ['last', 'best']) {
      for (const file of ['model.safetensors', 'optimizer.safetensors', 'state.json']) {
        expect(existsSync(join(run, 'checkpoints', name, file)), `${name}/${file}`).toBe(true);
      }
    }
    const rows = readMetrics(new RunFolder(run));
    expect(rows.map((row) => row.step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    for (const row of rows) {
      expect(row.chanceLoss).toBeCloseTo(Math.log(15), 10);
      expect(row.positiveMass).toBeGreaterThan(0);
      expect(row.loss).toBeGreaterThan(row.targetEntropy - 1e-4); // cross-entropy is at least the targets' entropy
      expect(row.viewsPerSecond).toBeGreaterThan(0);
    }
  });

  it('refuses a folder that holds a run already', async () => {
    await expect(runTraining(smallConfig(manifest, run))).rejects.toThrow(
      /exists and is not empty[\s\S]*--resume/,
    );
  });

  it.each([3, 4, 6])('stopped after step %i resumes bit for bit', async (step) => {
    const other = join(folder, `stopped-${step}`);
    expect(await stoppedAfter(step, smallConfig(manifest, other))).toMatchObject({ finished: false, step });
    expect(await runTraining(smallConfig(manifest, other, { resume: true, workers: 2 }))).toMatchObject({
      finished: true,
      step: 10,
    });
    for (const file of ['model.safetensors', 'optimizer.safetensors']) {
      expect(checkpoint(other, file).equals(checkpoint(run, file)), file).toBe(true);
    }
    expect(losses(other)).toEqual(losses(run));
  });

  it('gives other weights for another seed', async () => {
    const other = join(folder, 'seed');
    await runTraining(smallConfig(manifest, other, { seed: 1 }));
    expect(checkpoint(other, 'model.safetensors').equals(checkpoint(run, 'model.safetensors'))).toBe(false);
  });
});

describe('a damaged checkpoint', () => {
  it('is passed over for the one before, and it says so', async () => {
    const run = join(folder, 'damaged');
    await stoppedAfter(6, smallConfig(manifest, run, { checkpointEvery: { steps: 2 } }));
    truncateSync(join(run, 'checkpoints', 'last', 'model.safetensors'), 1000);
    const notices: string[] = [];
    await runTraining(smallConfig(manifest, run, { resume: true }), {
      onNotice: (message) => notices.push(message),
    });
    expect(notices.join('\n')).toMatch(
      /model\.safetensors is damaged; the checkpoint before it is taken[\s\S]*resuming from step \d/,
    );
    expect(
      checkpoint(run, 'model.safetensors').equals(checkpoint(join(folder, 'whole'), 'model.safetensors')),
    ).toBe(true);
  });

  it('written to half is not taken, and it says so', async () => {
    const run = join(folder, 'half');
    await stoppedAfter(4, smallConfig(manifest, run));
    const writing = asideOf(join(run, 'checkpoints', 'last'));
    mkdirSync(writing);
    writeFileSync(join(writing, 'model.safetensors'), 'cut');
    const notices: string[] = [];
    await runTraining(smallConfig(manifest, run, { resume: true }), {
      onNotice: (message) => notices.push(message),
    });
    expect(notices.join('\n')).toMatch(
      /not finished; the checkpoint before it is taken[\s\S]*resuming from step 4/,
    );
  });
});

describe('bad settings and data', () => {
  it('names a batch larger than the set', async () => {
    const config = smallConfig(manifest, join(folder, 'large'), { batchSize: 64 });
    await expect(runTraining(config)).rejects.toThrow(
      /--batch-size 64 is larger than the training part, 32 images/,
    );
  });

  it('does not resume on other data or settings', async () => {
    const run = join(folder, 'changed');
    await stoppedAfter(2, smallConfig(manifest, run));
    await expect(
      runTraining(smallConfig(manifest, run, { resume: true, loss: { temperature: 0.2 } })),
    ).rejects.toThrow(/settings differ.*loss/);
    const other = await putDataset(join(folder, 'other-data'));
    writeFileSync(other, readFileSync(other, 'utf8').replace('a cat', 'a tiger'));
    await expect(
      runTraining(smallConfig(other, run, { resume: true, data: { path: other } })),
    ).rejects.toThrow(/data .*have changed/);
  });

  it('stops at NaN, and promises no checkpoint where none was saved', async () => {
    const run = join(folder, 'nan');
    const config = smallConfig(manifest, run, {
      optimizer: { name: 'sgd', lr: 1e30, momentum: 0 },
      schedule: { name: 'constant', warmupSteps: 0 },
      checkpointEvery: { steps: 1 },
    });
    await expect(runTraining(config)).rejects.toThrow(
      /became (NaN|-?Infinity); stopped before[\s\S]*No checkpoint was saved yet/,
    );
  });

  it('trains from a packed store as from the images, and says when it was packed too small', async () => {
    const store = join(folder, 'store');
    await packDataset(await openDataset(manifest), store, { size: 64 });
    const few = { steps: 5 };
    const [images, packed] = [join(folder, 'from-images'), join(folder, 'packed')];
    await runTraining(smallConfig(manifest, images, few));
    await runTraining(smallConfig(store, packed, few));
    const expected = losses(images);
    expect(expected).toHaveLength(5);
    expect(losses(packed)).toEqual(expected);
    const coarse = join(folder, 'coarse');
    await packDataset(await openDataset(manifest), coarse, { size: 10 });
    const notices: string[] = [];
    await runTraining(smallConfig(coarse, join(folder, 'packed-coarse'), { steps: 1 }), {
      onNotice: (message) => notices.push(message),
    });
    expect(notices.join('\n')).toMatch(
      /keeps images at 10 pixels, fewer than a view has \(32\): .*less detail/,
    );
  });

  it.each(['class-balanced', 'stream'])('draws by sampler %s, and resumes bit for bit', async (sampler) => {
    const changes = { sampler, buffer: 5 };
    const [straight, stopped] = [join(folder, `${sampler}-whole`), join(folder, `${sampler}-stopped`)];
    await runTraining(smallConfig(manifest, straight, changes));
    await stoppedAfter(6, smallConfig(manifest, stopped, changes));
    await runTraining(smallConfig(manifest, stopped, { ...changes, resume: true }));
    expect(losses(stopped)).toEqual(losses(straight));
    expect(losses(straight)).not.toEqual(losses(join(folder, 'whole')));
    await expect(
      runTraining(smallConfig(manifest, stopped, { ...changes, sampler: 'shuffle', resume: true })),
    ).rejects.toThrow(/settings differ.*sampler/);
  });

  it('skips, counts and lists images that are broken', async () => {
    const broken = await putDataset(join(folder, 'broken'));
    writeFileSync(join(folder, 'broken', 'cat-0.png'), 'not an image');
    const run = join(folder, 'skipping');
    const notices: string[] = [];
    await runTraining(smallConfig(broken, run), { onNotice: (message) => notices.push(message) });
    expect(readFileSync(join(run, 'skipped.jsonl'), 'utf8')).toMatch(/cat-0\.png/);
    expect(notices.join('\n')).toMatch(/1 images? .*skipped/);
  });
});

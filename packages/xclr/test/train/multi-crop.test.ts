// Training with views of two sizes: the loss over all of them, what is logged, and resuming.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { manualSeed, noGrad, scoped } from '@xclr/torch';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkRecipe } from '../../src/data/augment/check-recipe.js';
import { openDataset } from '../../src/data/open.js';
import { measureBatch } from '../../src/train/measured-step.js';
import { readMetrics } from '../../src/train/metrics-log.js';
import { createObjective } from '../../src/train/objectives/index.js';
import { RunFolder } from '../../src/train/run-folder.js';
import { runTraining } from '../../src/train/session.js';
import { viewRecipe } from '../../src/train/view-recipe.js';
import { putDataset, smallConfig, temporaryFolder } from './make.js';

const folder = temporaryFolder();
let manifest = '';
const views = {
  recipe: 'multicrop',
  size: 32,
  overrides: { localCrops: { count: 2, size: 16 } },
};

beforeAll(async () => {
  manifest = await putDataset(join(folder, 'data'));
});

describe('the contrastive objective', () => {
  it('is the loss of all views, whatever their order: a double loop over cosines', async () => {
    const config = smallConfig(manifest, join(folder, 'unused'), {
      views,
      method: 'simclr',
      graph: { kind: 'identity' },
    });
    const b = 3;
    const pixels = Uint8Array.from({ length: b * 40 * 40 * 3 }, (_, i) => (i * 7919) % 256);
    const shape = { width: 40, height: 40, channels: 3, aspect: 1 } as const;
    const batch = {
      indices: Int32Array.of(0, 1, 2),
      images: [0, 1, 2].map((i) => ({ ...shape, pixels: pixels.subarray(i * 4800, (i + 1) * 4800) })),
    };
    manualSeed(0);
    using objective = await createObjective({
      config,
      dataset: await openDataset(manifest),
      training: Int32Array.of(0, 1, 2),
      validation: new Int32Array(),
      device: 'cpu',
      onNotice: () => undefined,
      runFolder: folder,
    });
    const learner = objective.createLearner();
    using model = learner.model.eval();
    const rows: number[][] = [];
    const call = model.call.bind(model);
    // Keeps what the model said, a call for each size.
    model.call = (x) => {
      const z = call(x);
      const values = z.toArray() as Float32Array;
      const d = z.size(1);
      for (let i = 0; i < z.size(0); i++) rows.push([...values.subarray(i * d, (i + 1) * d)]);
      return z;
    };
    const loss = noGrad(() =>
      scoped(() =>
        measureBatch(
          { config, device: 'cpu', recipe: viewRecipe(config.views), views: 2, learner },
          batch,
          0,
        ).loss.item(),
      ),
    );
    expect(rows).toHaveLength(4 * b);
    const unit = rows.map((row) => row.map((value) => value / Math.hypot(...row)));
    const logit = (i: number, j: number) =>
      unit[i]!.reduce((sum, value, k) => sum + value * unit[j]![k]!, 0) / config.loss.temperature;
    let expected = 0;
    for (let i = 0; i < 4 * b; i++) {
      const others = Array.from({ length: 4 * b }, (_, j) => j).filter((j) => j !== i);
      const total = Math.log(others.reduce((sum, j) => sum + Math.exp(logit(i, j)), 0));
      const positives = others.filter((j) => j % b === i % b);
      expect(positives).toHaveLength(3);
      for (const j of positives) expected += (total - logit(i, j)) / 3 / (4 * b);
    }
    expect(loss).toBeCloseTo(expected, 4);
  });
});

describe('overrides', () => {
  const recipeOf = (recipe: string, overrides: Record<string, unknown>) =>
    viewRecipe(
      smallConfig(manifest, join(folder, 'unused'), { views: { recipe, size: 32, overrides } }).views,
    );

  it('switch multi-crop, a policy and erasing on and off in any recipe', () => {
    const localCrops = { count: 2, size: 16, scale: [0.05, 0.14] };
    const erasing = { probability: 0.5, scale: [0.1, 0.2], ratio: [1, 1], value: [0, 1, 2] };
    const policy = { kind: 'rand-augment', operations: 1, magnitude: 5 };
    for (const name of ['simclr', 'light', 'supcon']) {
      const recipe = recipeOf(name, { localCrops, erasing, policy });
      expect(() => checkRecipe(recipe)).not.toThrow();
      expect(recipe).toMatchObject({ localCrops, erasing, policy });
    }
    expect(recipeOf('multicrop', { localCrops: null }).localCrops).toBeNull();
    expect(() => recipeOf('simclr', { localCrop: null })).toThrow(/did you mean localCrops/);
  });
});

describe('a run', () => {
  const run = join(folder, 'whole');
  const weights = (of: string) => readFileSync(join(of, 'checkpoints', 'last', 'model.safetensors'));
  const settings = { views, method: 'simclr', graph: { kind: 'identity' }, steps: 4 };

  it('logs the chance level, the targets and the views of all sizes', async () => {
    const notices: string[] = [];
    await runTraining(smallConfig(manifest, run, settings), { onNotice: (line) => notices.push(line) });
    expect(notices.join('\n')).toMatch(/compared with 28 views of other images/); // 4 · (8 − 1)
    for (const row of readMetrics(new RunFolder(run))) {
      expect(row.chanceLoss).toBeCloseTo(Math.log(4 * 8 - 1), 10);
      expect(row.targetEntropy).toBeCloseTo(Math.log(3), 5); // three other views of the same image
      expect(row.positiveMass).toBeCloseTo(1, 5);
      expect(row.loss).toBeGreaterThan(row.targetEntropy);
    }
  });

  it('stopped in between resumes bit for bit', async () => {
    const other = join(folder, 'stopped');
    const controller = new AbortController();
    await runTraining(smallConfig(manifest, other, settings), {
      stop: controller.signal,
      onStep: ({ step }) => {
        if (step === 2) controller.abort();
      },
    });
    await runTraining(smallConfig(manifest, other, { ...settings, resume: true, workers: 2 }));
    expect(weights(other).equals(weights(run))).toBe(true);
  });
});

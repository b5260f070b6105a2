// How often a training step waits for the device: each time that it reads a value back.
import { join } from 'node:path';
import { buildInfo, Tensor } from '@xclr/torch';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { openDataset } from '../../src/data/index.js';
import { createObjective } from '../../src/train/objectives/index.js';
import { createOptimizer } from '../../src/train/optimize.js';
import { queueStep, trainStep } from '../../src/train/step.js';
import { StepGuard } from '../../src/train/step-guard.js';
import { viewRecipe } from '../../src/train/view-recipe.js';
import { fourImages as batch, putDataset, smallConfig, temporaryFolder } from './make.js';

const folder = temporaryFolder();
let manifest = '';

beforeAll(async () => {
  manifest = await putDataset(join(folder, 'data'));
});

/** Every way in which a value comes back from the device. */
const reads = ['item', 'toArray', 'copyTo'] as const;

/** Reads in a second step, when the optimizer's state is there; and those of its values, where it was queued. */
async function waitsOf(
  changes: Record<string, unknown>,
  { statistics = false, queued = false }: { statistics?: boolean; queued?: boolean } = {},
): Promise<{ inside: number; after: number }> {
  const config = smallConfig(manifest, join(folder, 'unused'), changes);
  const training = Int32Array.from({ length: 40 }, (_, i) => i);
  using objective = await createObjective({
    config,
    dataset: await openDataset(manifest),
    training,
    validation: new Int32Array(),
    device: 'cpu',
    onNotice: () => undefined,
    runFolder: folder,
  });
  const learner = objective.createLearner();
  using model = learner.model.train();
  using optimizer = createOptimizer(model, config);
  // SGD and AdamW decide by their fused kernels on the device; where LibTorch has none, they wait, which a GPU's always has.
  if (queued) optimizer.fused = 'always';
  using guard = queued ? new StepGuard('cpu') : null;
  const { views } = objective;
  const setup = { config, device: 'cpu', recipe: viewRecipe(config.views), views, learner, optimizer, guard };
  trainStep(setup, batch);
  const spies = reads.map((name) => vi.spyOn(Tensor.prototype, name));
  const counted = () => spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0);
  const step = queueStep(setup, batch, { statistics });
  const inside = counted();
  step.read();
  const after = counted() - inside;
  for (const spy of spies) spy.mockRestore();
  return { inside, after };
}

const optimizers = ['sgd', 'adamw', 'lars'].map((name) => ({ optimizer: { name, lr: 0.1 } }));
const supervised = { method: 'supervised', graph: { kind: 'labels' } };
const clip = { method: 'clip', graph: { kind: 'identity' } };

/** What can be added to the losses reads nothing of its own. */
const wordnet = { kind: 'text', encoder: 'wordnet', temperature: 0.1 };
const additions = [
  { graph: wordnet, loss: { prototypes: { weight: 0.5, temperature: 0.1, sampled: 5 } } },
  { graph: { ...wordnet, temperature: 'perplexity=3' }, loss: { teacher: { weight: 0.2 } } },
  { loss: { memory: 8, prototypes: { weight: 0.5, anchors: 'words' } } },
  { method: 'clip-frozen', graph: wordnet, loss: { softTargets: 0.3, maskSameCaptions: true } },
];

describe('a step that is read at once waits for the device', () => {
  it.each([{}, { clipGradNorm: 1 }, supervised, clip, ...optimizers, ...additions])(
    'once: %j',
    async (changes) => {
      expect(await waitsOf(changes)).toEqual({ inside: 1, after: 0 });
      expect(await waitsOf(changes, { statistics: true })).toEqual({ inside: 1, after: 0 });
    },
  );
});

describe('a step that is queued', () => {
  const lars = { optimizer: { name: 'lars', lr: 0.1 } };
  it.each([{}, { clipGradNorm: 1 }, supervised, clip, ...additions])(
    'never waits inside, and once when it is read: %j',
    async (changes) => {
      expect(await waitsOf({ ...changes, ...lars }, { queued: true })).toEqual({ inside: 0, after: 1 });
      expect(await waitsOf({ ...changes, ...lars }, { queued: true, statistics: true })).toEqual({
        inside: 0,
        after: 1,
      });
    },
  );

  const fused = Number(buildInfo().builtFor.split('.')[0]) >= 2; // LibTorch 2.4 and later have them for the CPU
  it.skipIf(!fused).each(optimizers)('by the fused kernels: %j', async (changes) => {
    expect(await waitsOf(changes, { queued: true })).toEqual({ inside: 0, after: 1 });
  });
});

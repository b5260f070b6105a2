// How often a training step waits for the device: each time that it reads a value back.
import { join } from 'node:path';
import { Tensor } from '@xclr/torch';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { openDataset } from '../../src/data/index.js';
import { createObjective } from '../../src/train/objectives/index.js';
import { createOptimizer } from '../../src/train/optimize.js';
import { trainStep } from '../../src/train/step.js';
import { viewRecipe } from '../../src/train/view-recipe.js';
import { fourImages as batch, putDataset, smallConfig, temporaryFolder } from './make.js';

const folder = temporaryFolder();
let manifest = '';

beforeAll(async () => {
  manifest = await putDataset(join(folder, 'data'));
});

/** Every way in which a value comes back from the device. */
const reads = ['item', 'toArray', 'copyTo'] as const;

/** Reads in a second step, when the optimizer's state is there. */
async function waitsOf(
  changes: Record<string, unknown>,
  options: { statistics?: boolean } = {},
): Promise<number> {
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
  const { views } = objective;
  const setup = { config, device: 'cpu', recipe: viewRecipe(config.views), views, learner, optimizer };
  trainStep(setup, batch);
  const spies = reads.map((name) => vi.spyOn(Tensor.prototype, name));
  trainStep(setup, batch, options);
  const count = spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0);
  for (const spy of spies) spy.mockRestore();
  return count;
}

describe('a step waits for the device', () => {
  it('twice by xclr: the loss with the gradient’s norm, and the check that every row has a positive', async () => {
    expect(await waitsOf({})).toBe(2);
  });

  it('no more often where the gradient is clipped, and once more for the statistics of a logged step', async () => {
    expect(await waitsOf({ clipGradNorm: 1 })).toBe(2);
    expect(await waitsOf({}, { statistics: true })).toBe(3);
  });

  it('once by supervised, logged or not', async () => {
    const supervised = { method: 'supervised', graph: { kind: 'labels' } };
    expect(await waitsOf(supervised, { statistics: true })).toBe(1);
  });

  it('no more often with lars and adamw than with sgd', async () => {
    expect(await waitsOf({ optimizer: { name: 'lars', lr: 0.1 } })).toBe(2);
    expect(await waitsOf({ optimizer: { name: 'sgd', lr: 0.1 } })).toBe(2);
  });
});

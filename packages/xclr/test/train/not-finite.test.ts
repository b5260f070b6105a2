// A gradient that is not finite stops a run before the weights change, with clipping and without: the checkpoint is loaded.
import { join } from 'node:path';
import { io, scoped, type Tensor } from '@xclr/torch';
import { beforeAll, expect, it, vi } from 'vitest';
import { runTraining } from '../../src/train/session.js';
import { putDataset, smallConfig, temporaryFolder } from './make.js';

const broken = vi.hoisted(() => ({ from: Number.POSITIVE_INFINITY, done: 0 }));

// The loss of one step stays what it is, and its gradient becomes NaN: that of √x at 0 is infinite, times 0.
vi.mock('../../src/losses/index.js', async (original) => {
  const losses = await original<typeof import('../../src/losses/index.js')>();
  return {
    ...losses,
    softTargetLoss: (z: Tensor, ...rest: [Tensor, object]) => {
      const loss = losses.softTargetLoss(z, ...rest);
      if (broken.done < broken.from) return loss;
      return loss.add(z.sub(z.detach()).square().sum().sqrt());
    },
  };
});

const folder = temporaryFolder();
let manifest = '';
beforeAll(async () => {
  manifest = await putDataset(join(folder, 'data'));
});

/** Trains; the gradient of the step after `from` steps is broken. */
function trainedTo(name: string, from: number, changes: object) {
  Object.assign(broken, { from, done: 0 });
  const config = smallConfig(manifest, join(folder, name), {
    checkpointEvery: { steps: 1 },
    schedule: { name: 'constant', warmupSteps: 0 },
    ...changes,
  });
  return runTraining(config, {
    onStep: ({ step }) => {
      broken.done = step;
    },
  });
}

const weightsOf = (run: string): Map<string, number[]> => {
  const { tensors } = io.readSafetensors(join(folder, run, 'checkpoints', 'last', 'model.safetensors'));
  const values = scoped(
    () => new Map([...tensors].map(([name, one]) => [name, one.to({ dtype: 'float64' }).toNumbers()])),
  );
  for (const one of tensors.values()) one.dispose();
  return values;
};

it.each([null, 1])('clipGradNorm %s', async (clipGradNorm) => {
  const [run, whole] = [`broken-${clipGradNorm}`, `whole-${clipGradNorm}`];
  await expect(trainedTo(run, 3, { clipGradNorm, steps: 6 })).rejects.toThrow(
    /the gradient norm became NaN; stopped before the weights were changed[\s\S]*\(step 3\) is complete/,
  );
  await trainedTo(whole, Number.POSITIVE_INFINITY, { clipGradNorm, steps: 3 });
  expect(weightsOf(run)).toEqual(weightsOf(whole)); // bit for bit, as three steps leave them
});

// A gradient that is not finite stops a run before the weights change, with clipping and without: the checkpoint is loaded.
import { join } from 'node:path';
import { io, type Tensor } from '@xclr/torch';
import { beforeAll, expect, it, vi } from 'vitest';
import { runTraining } from '../../src/train/session.js';
import { putDataset, smallConfig, temporaryFolder } from './make.js';

const broken = vi.hoisted(() => ({ at: Number.POSITIVE_INFINITY, calls: 0 }));

// The loss of one step stays what it is, and its gradient becomes NaN: that of √x at 0 is infinite, times 0.
vi.mock('../../src/losses/index.js', async (original) => {
  const losses = await original<typeof import('../../src/losses/index.js')>();
  return {
    ...losses,
    softTargetLoss: (z: Tensor, ...rest: [Tensor, object]) => {
      const loss = losses.softTargetLoss(z, ...rest);
      if (++broken.calls !== broken.at) return loss;
      return loss.add(z.sub(z.detach()).square().sum().sqrt());
    },
  };
});

const folder = temporaryFolder();
let manifest = '';
beforeAll(async () => {
  manifest = await putDataset(join(folder, 'data'));
});

/** Without a validation part, so that every loss is a step's. */
const configOf = (run: string, changes: object) =>
  smallConfig(manifest, join(folder, run), {
    data: { path: manifest, only: { split: 'train' } },
    checkpointEvery: { steps: 1 },
    ...changes,
  });

const weightsOf = (run: string): Map<string, number[]> => {
  const { tensors } = io.readSafetensors(join(folder, run, 'checkpoints', 'last', 'model.safetensors'));
  const values = new Map([...tensors].map(([name, one]) => [name, one.to({ dtype: 'float64' }).toNumbers()]));
  for (const one of tensors.values()) one.dispose();
  return values;
};

it.each([null, 1])('clipGradNorm %s', async (clipGradNorm) => {
  const run = `broken-${clipGradNorm}`;
  Object.assign(broken, { at: 4, calls: 0 });
  await expect(runTraining(configOf(run, { clipGradNorm, steps: 6 }))).rejects.toThrow(
    /the gradient norm became NaN; stopped before the weights were changed[\s\S]*\(step 3\) is complete/,
  );
  Object.assign(broken, { at: Number.POSITIVE_INFINITY, calls: 0 });
  const whole = `whole-${clipGradNorm}`;
  const schedule = { name: 'constant', warmupSteps: 0 };
  await runTraining(configOf(whole, { clipGradNorm, steps: 3, schedule }));
  const again = `again-${clipGradNorm}`;
  Object.assign(broken, { at: 4, calls: 0 });
  await expect(runTraining(configOf(again, { clipGradNorm, steps: 6, schedule }))).rejects.toThrow(/norm/);
  expect(weightsOf(again)).toEqual(weightsOf(whole)); // bit for bit, as three steps leave them
  for (const values of weightsOf(run).values()) expect(values.every(Number.isFinite)).toBe(true);
});

// What a proposal rests on: the data, what their texts and images are like, and what this machine has.
import { availableParallelism } from 'node:os';
import { type Dataset, selectSamples } from '../data/index.js';
import { type Inspection, inspectDataset } from '../inspect/index.js';
import { thisMachine } from '../train/config/fit.js';
import type { AskedTrainConfig, Choice, TrainConfig } from '../train/config.js';
import { fitTrainConfig } from '../train/config.js';
import { typicalImages, typicalSide } from '../train/typical-images.js';
import { UserError } from '../util/errors.js';

export interface Look {
  readonly dataset: Dataset;
  readonly inspection: Inspection;
  /** Indices of the samples that train. */
  readonly training: Int32Array;
}

/** Images whose headers are read: enough for what a proposal says of them. */
const headersRead = 64;

/** @throws {UserError} where nothing can be trained on */
export async function lookAt(dataset: Dataset, asked: AskedTrainConfig): Promise<Look> {
  const { data } = asked;
  const { inspection } = await inspectDataset(dataset, data.path, {
    look: headersRead,
    splits: { fractions: data.fractions, splitBy: data.splitBy },
  });
  const training = selectSamples(dataset, data.train);
  if (training.length < 2) {
    throw new UserError(
      `init: ${data.path} has ${training.length === 0 ? 'no image' : 'only one image'} to train on (${JSON.stringify(data.train)})`,
      'Name the split train in the data, or say which samples train with --data-train.',
    );
  }
  return { dataset, inspection, training };
}

/** 'a CPU with 2 cores' or 'a GPU' */
export function machineText(device: 'cpu' | 'cuda'): string {
  const cores = availableParallelism();
  return device === 'cpu' ? `a CPU with ${cores} core${cores === 1 ? '' : 's'}` : 'a GPU';
}

export interface Completed {
  readonly config: TrainConfig;
  readonly choices: readonly Choice[];
  readonly device: 'cpu' | 'cuda';
  /** False where LibTorch is not there: the batch was then not checked against the memory. */
  readonly memoryKnown: boolean;
}

/** The choices that training would make; without LibTorch those that need none. */
export async function completed(asked: AskedTrainConfig, look: Look): Promise<Completed> {
  const { dataset, training } = look;
  if (!(await hasTorch())) {
    const side =
      asked.views.size === 'auto' ? typicalSide(await typicalImages(dataset, training)) : undefined;
    const machine = thisMachine(asked);
    const circumstances = { ...machine, images: training.length, ...(side !== undefined && { side }) };
    return { ...fitTrainConfig(asked, circumstances), device: machine.device, memoryKnown: false };
  }
  const [{ completeConfig }, { chooseDevice }] = await Promise.all([
    import('../train/complete-config.js'),
    import('../train/device.js'),
  ]);
  const device = chooseDevice(asked.device);
  const validation = selectSamples(dataset, { ...asked.data.train, split: 'validation' });
  const images = training.length + validation.length;
  const fitted = await completeConfig(asked, { device, dataset, training, images });
  return { ...fitted, device: device === 'cpu' ? 'cpu' : 'cuda', memoryKnown: true };
}

/** Whether LibTorch can be loaded. */
export async function hasTorch(): Promise<boolean> {
  try {
    const { buildInfo } = await import('@xclr/torch');
    buildInfo();
    return true;
  } catch {
    return false;
  }
}

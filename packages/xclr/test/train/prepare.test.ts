// What is refused before the first step: more images a step than there are, in one process and in several.
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { prepareTraining } from '../../src/train/prepare.js';
import { putDataset, smallConfig, temporaryFolder } from './make.js';

const folder = temporaryFolder();
let manifest = '';

beforeAll(async () => {
  manifest = await putDataset(join(folder, 'data'));
});

const refused = (batchSize: number, size: number) =>
  prepareTraining(smallConfig(manifest, join(folder, 'run'), { batchSize }), {
    ...{ folder, onNotice: () => undefined },
    processes: { size, localRank: 0, localSize: size },
  }).catch((error: unknown) => error);

it('more processes than their batches have images are refused, with how many there are', async () => {
  expect(await refused(8, 5)).toMatchObject({
    message: expect.stringContaining(
      'train: 5 processes with --batch-size 8 each take 40 images a step, and the training part has 32',
    ),
    remedy: expect.stringContaining('fewer processes'),
  });
});

it('so is a batch that is larger than the training part', async () => {
  expect(await refused(33, 1)).toMatchObject({
    message: expect.stringContaining('--batch-size 33 is larger than the training part, 32 images'),
    remedy: expect.stringContaining('at most 32'),
  });
});

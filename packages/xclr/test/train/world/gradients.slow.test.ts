// What world.test.ts shows of the gradients of two processes, with four.
import { join } from 'node:path';
import { beforeAll } from 'vitest';
import { putDataset, temporaryFolder } from '../make.js';
import { describeGradients } from './gradients.js';

const folder = temporaryFolder();
let manifest = '';

beforeAll(async () => {
  manifest = await putDataset(join(folder, 'data'));
});

describeGradients(4, () => ({ manifest, folder }));

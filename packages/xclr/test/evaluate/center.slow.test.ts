// Every kind of task gives the same values alone and beside all others.
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { runTraining } from '../../src/train/session.js';
import { putDataset, smallConfig, temporaryFolder } from '../train/make.js';
import { aloneAndTogether, expectSame, tasks } from './alone.js';

vi.setConfig({ testTimeout: 600_000 }); // a training and eleven evaluations

it('gives every metric the same value alone and beside the others', async () => {
  const folder = temporaryFolder();
  const manifest = await putDataset(join(folder, 'data'));
  const { run } = await runTraining(smallConfig(manifest, join(folder, 'run'), { steps: 3 }));
  expect(new Set(tasks.map(({ metric }) => metric)).size).toBe(tasks.length);
  const { alone, together } = await aloneAndTogether(run, tasks);
  expectSame(alone, together);
});

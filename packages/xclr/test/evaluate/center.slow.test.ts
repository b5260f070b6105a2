// Every kind of task gives the same values alone and beside all others.
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { kinds } from '../../src/evaluate/tasks.js';
import { runTraining } from '../../src/train/session.js';
import { putDataset, smallConfig, temporaryFolder } from '../train/make.js';
import { aloneAndTogether, everyTask, expectSame, putBoxes } from './alone.js';

vi.setConfig({ testTimeout: 600_000 }); // a training and eleven evaluations

it('gives every metric the same value alone and beside the others', async () => {
  const folder = temporaryFolder();
  const manifest = await putDataset(join(folder, 'data'));
  putBoxes(manifest);
  const { run } = await runTraining(smallConfig(manifest, join(folder, 'run'), { steps: 3 }));
  expect(everyTask.map(({ metric }) => metric).sort()).toEqual(Object.keys(kinds).sort());
  const { alone, together } = await aloneAndTogether(run, everyTask);
  expectSame(alone, together);
  expect(Object.keys(alone)).toContain('background-gap_label');
});

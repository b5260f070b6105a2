// `xclr launch`: it starts the processes of a training, says who says what, and ends as the one that failed first.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { coresNotice } from '../../src/cli/launch-processes.js';
import { readMetrics } from '../../src/train/metrics-log.js';
import { RunFolder } from '../../src/train/run-folder.js';
import { putDataset, smallConfig, temporaryFolder } from '../train/make.js';
import { main, start } from '../train/world/processes.js';

const folder = temporaryFolder();
let settings = '';

beforeAll(async () => {
  const manifest = await putDataset(join(folder, 'data'));
  const { run: _, ...config } = smallConfig(manifest, join(folder, 'unused'), { batchSize: 4, steps: 3 });
  settings = join(folder, 'train.yaml');
  writeFileSync(settings, JSON.stringify(config));
});

const launch = (processes: number, ...words: string[]) =>
  start(main, ['launch', '--processes', String(processes), '--', ...words], {}).ended;

it('two processes train one run', async () => {
  const run = join(folder, 'run');
  const { code, err } = await launch(2, 'train', '--config', settings, '--run', run);
  expect(code, err).toBe(0);
  expect(err).toContain('4 images in each of 2 processes, 8 in all');
  expect(new RunFolder(run).readRecord().processes).toBe(2);
  expect(readMetrics(new RunFolder(run)).map(({ step }) => step)).toEqual([1, 2, 3]);
});

it('more images a step than there are end all, with the reason once a process and the status of who failed', async () => {
  const words = ['train', '--config', settings, '--batch-size', '20', '--run', join(folder, 'large')];
  const { code, err } = await launch(2, ...words);
  expect(code).toBe(1);
  const reason = '2 processes with --batch-size 20 each take 40 images a step, and the training part has 32';
  expect(err).toContain(`train: ${reason}`);
  expect(err).toContain(`[rank 1] `);
});

it('only training is launched', async () => {
  const { code, err } = await launch(2, 'eval', 'runs/x');
  expect(code).toBe(1);
  expect(err).toContain('launch: expected train after --, got eval');
});

it('more processes than cores are told', () => {
  expect(coresNotice(3, 2)).toContain('3 processes share 2 cores');
  expect(coresNotice(2, 1)).toContain('2 processes share 1 core;');
  expect(coresNotice(2, 2)).toBeNull();
});

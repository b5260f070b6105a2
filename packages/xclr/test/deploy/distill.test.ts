// The student learns from the teacher's similarities, in the teacher's settings.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { distill, studentConfig } from '../../src/deploy/distill/distill.js';
import type { RunFolder } from '../../src/train/run-folder.js';
import { runTraining } from '../../src/train/session.js';
import { putDataset, smallConfig, temporaryFolder } from '../train/make.js';

const folder = temporaryFolder();
let teacher: RunFolder;

beforeAll(async () => {
  const manifest = await putDataset(join(folder, 'data'));
  ({ run: teacher } = await runTraining(smallConfig(manifest, join(folder, 'teacher'))));
});

it('keeps the teacher’s settings but for the encoder, the graph and what is given', () => {
  const { config } = teacher.readRecord();
  const student = studentConfig(config, 'v.parquet', {
    into: 'mobilenet_v3_small',
    flags: [{ name: 'batch-size', value: '16' }],
  });
  expect(student).toMatchObject({
    method: 'xclr',
    encoder: { name: 'mobilenet_v3_small', stem: 'standard', width: 1 },
    graph: { kind: 'embeddings', path: 'v.parquet', temperature: 'auto', postprocess: { center: true } },
    batchSize: 16,
    steps: 10,
    views: config.views,
    data: config.data,
    run: `${config.run}-mobilenet_v3_small`,
  });
});

it('trains a student whose loss falls, and says what it learned from', async () => {
  const losses: number[] = [];
  const { run, finished } = await distill(teacher, {
    into: 'mobilenet_v3_small',
    flags: [
      { name: 'run', value: join(folder, 'student') },
      { name: 'width', value: '0.25' },
      { name: 'steps', value: '40' },
      { name: 'lr', value: '0.003' },
    ],
    onStep: ({ loss }) => losses.push(loss),
  });
  expect(finished).toBe(true);
  expect(readdirSync(teacher.path)).toContainEqual(expect.stringMatching(/^vectors-[0-9a-f]{8}\.parquet$/));
  const { graph, config } = run.readRecord();
  expect(graph).toMatch(/vectors/);
  expect(config.encoder.name).toBe('mobilenet_v3_small');
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(mean(losses.slice(-8))).toBeLessThan(mean(losses.slice(0, 8)));
});

it('does not overwrite the teacher', async () => {
  await expect(
    distill(teacher, { into: 'resnet18', flags: [{ name: 'run', value: teacher.path }] }),
  ).rejects.toThrow(/cannot be written into its teacher/);
});

// Two processes train as one with all their images: gradients, metrics, refusals. Four: gradients.slow.test.ts; how they stop, fail and
// resume: failures.slow.test.ts.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readMetrics } from '../../../src/train/metrics-log.js';
import { RunFolder } from '../../../src/train/run-folder.js';
import { putDataset, smallConfig, temporaryFolder } from '../make.js';
import { describeGradients } from './gradients.js';
import { alone, runTogether } from './processes.js';

const folder = temporaryFolder();
let manifest = '';
let settings = '';

beforeAll(async () => {
  manifest = await putDataset(join(folder, 'data'));
  const { run: _, ...config } = smallConfig(manifest, join(folder, 'unused'), {
    batchSize: 4,
    steps: 6,
    checkpointEvery: { steps: 1, minutes: null },
  });
  settings = join(folder, 'train.yaml');
  writeFileSync(settings, JSON.stringify(config));
});

describeGradients(2, () => ({ manifest, folder }));

describe('two processes with batches of 4', () => {
  const [one, two] = [join(folder, 'one'), join(folder, 'two')];

  it('train as one with batches of 8, and rank 0 alone writes and speaks', async () => {
    const single = await alone(['train', '--config', settings, '--batch-size', '8', '--run', one]);
    expect(single.code, single.err).toBe(0);
    const [zero, first] = await runTogether(2, ['--config', settings, '--run', two]);
    expect(zero!.code, zero!.err).toBe(0);
    expect(first!.code, first!.err).toBe(0);
    expect([first!.out, first!.err]).toEqual(['', '']);
    expect(zero!.err).toContain('4 images in each of 2 processes, 8 in all');
    const [expected, got] = [one, two].map((run) => readMetrics(new RunFolder(run)));
    expect(got!.map(({ step }) => step)).toEqual(expected!.map(({ step }) => step));
    for (const [i, row] of got!.entries()) {
      expect(row.chanceLoss).toBe(expected![i]!.chanceLoss);
      expect(row.targetEntropy).toBeCloseTo(expected![i]!.targetEntropy, 4);
      // In float32 rounding grows from step to step, for AdamW divides by small numbers at first: the first steps tell.
      if (i >= 3) continue;
      expect(Math.abs(row.loss - expected![i]!.loss), `step ${row.step}`).toBeLessThan(0.01);
      if (i === 0 || row.validationLoss === undefined) continue;
      expect(
        Math.abs(row.validationLoss - expected![i]!.validationLoss!),
        `validation ${row.step}`,
      ).toBeLessThan(0.05);
    }
    const record = new RunFolder(two).readRecord();
    expect(record.processes).toBe(2);
    const filesOf = (run: string) => readdirSync(run).map((name) => name.replace(/^events\..*/, 'events'));
    expect(filesOf(two)).toEqual(filesOf(one));
  });
});

it('a run is not resumed in another number of processes unless a step has as many images', async () => {
  const run = join(folder, 'two');
  const refused = await alone(['train', '--resume', '--run', run]);
  expect(refused.code).toBe(1);
  expect(refused.err).toMatch(
    /trained by 2 processes with --batch-size 4 each, 8 images a step; now there are 1 process with 4/,
  );
  expect(refused.err).toContain('add --batch-size 8');
});

it('processes with other settings are refused before they exchange anything', async () => {
  const ends = await runTogether(2, ['--config', settings, '--run', join(folder, 'odd')], {
    by: { 1: ['--lr', '0.5'] },
  });
  expect(ends[1]!.err).toMatch(/optimizer\.lr is 0\.5, not 0\.001/);
  expect(ends.map(({ code }) => code)).toEqual([75, 1]);
});

// The mean that is subtracted from features: that of the training part, whatever the tasks look at.
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { centerSample, keepCenter, readCenter } from '../../src/evaluate/center.js';
import type { TaskSettings } from '../../src/evaluate/index.js';
import { RunFolder } from '../../src/train/run-folder.js';
import { runTraining } from '../../src/train/session.js';
import { putDataset, smallConfig, temporaryFolder } from '../train/make.js';
import { aloneAndTogether, evaluated, expectSame, tasks, valuesOf } from './alone.js';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 }); // a training and many small evaluations on a busy machine

const folder = temporaryFolder();
const data = join(folder, 'data');
let run: RunFolder;
beforeAll(async () => {
  const manifest = await putDataset(data);
  ({ run } = await runTraining(smallConfig(manifest, join(folder, 'run'), { steps: 3 })));
});

/** center.slow.test.ts takes every kind of task. */
const some = tasks.filter(({ metric }) => ['knn', 'alignment', 'zero-shot'].includes(metric));

it('gives a metric the same value alone and beside others, and is named in every definition', async () => {
  const { alone, together } = await aloneAndTogether(run, some);
  expectSame(alone, together);
  for (const { definition } of Object.values((await evaluated(run, some)).projected))
    expect(definition).toContain('less the mean of 32 training images (a fixed sample)');
});

describe('the sample', () => {
  const range = (n: number) => Int32Array.from({ length: n }, (_, i) => 2 * i);

  it('is fixed, of the training part alone, all of it where it is small', () => {
    expect(centerSample(range(100))).toEqual(range(100));
    const some = centerSample(range(10_000));
    expect(some).toHaveLength(2048);
    expect(new Set(some).size).toBe(2048);
    expect(centerSample(range(10_000))).toEqual(some);
    expect([...some]).toEqual([...some].sort((a, b) => a - b));
    const mean = some.reduce((sum, one) => sum + one, 0) / 2048;
    expect(Math.abs(mean - 9999)).toBeLessThan(5 * (20_000 / Math.sqrt(12 * 2048))); // five standard errors
    expect(() => centerSample(new Int32Array())).toThrow(/training part, .* has no image/);
  });
});

describe('what is kept of it', () => {
  it('is not mixed up with that of other weights, precisions or definitions', () => {
    const other = new RunFolder(join(folder, 'keeps'));
    const key = { definitions: 2, precision: 'float32' };
    const center = { features: Float32Array.of(1, 2), projected: null, images: 3 };
    keepCenter(other, key, center);
    expect(readCenter(other, key)).toEqual(center);
    expect(readCenter(other, { ...key, definitions: 3 })).toBeUndefined();
    expect(readCenter(other, { ...key, precision: 'bfloat16' })).toBeUndefined();
    const [name] = readdirSync(other.file('features'));
    writeFileSync(other.file('features', name!), '{"key"');
    expect(readCenter(other, key)).toBeUndefined(); // measured again
  });

  it('serves other data than the run’s own, also where those are no more', async () => {
    const copy = new RunFolder(join(folder, 'copy'));
    cpSync(run.path, copy.path, { recursive: true });
    rmSync(copy.file('features'), { recursive: true, force: true });
    const elsewhere = join(folder, 'elsewhere');
    cpSync(data, elsewhere, { recursive: true });
    const csv = join(elsewhere, 'images.csv');
    // Held-out images alone, two of each kind under one label: no training part.
    const rows = readFileSync(csv, 'utf8')
      .split('\n')
      .filter((row) => !/-[0-2]\.png/.test(row));
    writeFileSync(csv, rows.join('\n').replaceAll(',train', ',test').replaceAll(',validation', ',test'));
    const asked: TaskSettings[] = [
      { metric: 'retrieval', name: 'label' },
      { metric: 'alignment', name: 'all' },
    ];
    const first = await evaluated(copy, asked, { data: csv }); // measures the mean on the run's own images
    expect(first.features.r1_label!.definition).toContain('less the mean of 32 training images');
    renameSync(data, `${data}-gone`);
    expect(valuesOf((await evaluated(copy, asked, { data: csv })).features)).toEqual(
      valuesOf(first.features),
    );
    rmSync(copy.file('features'), { recursive: true });
    await expect(evaluated(copy, asked, { data: csv })).rejects.toThrow(
      /centered by the mean of the run's own training images, and .* cannot be read[\s\S]*Evaluate the run once where/,
    );
    const there = await evaluated(copy, asked, { data: join(`${data}-gone`, 'images.csv') }); // moved, and the same
    expect(there.features.r1_label!.value).not.toBeNull();
    expect(existsSync(copy.file('features'))).toBe(true);
    renameSync(`${data}-gone`, data);
  });
});

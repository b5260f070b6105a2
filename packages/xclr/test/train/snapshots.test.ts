// Snapshots while training and of a trained run; status and notices that training keeps for the studio.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { snapshotRun } from '../../src/graph-tools/snapshot-run.js';
import { RunFolder } from '../../src/train/run-folder.js';
import type { RunStatus } from '../../src/train/run-status.js';
import { runTraining } from '../../src/train/session.js';
import {
  readSample,
  readSimilarities,
  readSnapshot,
  snapshotFolder,
  snapshotSteps,
} from '../../src/train/snapshots/files.js';
import { putDataset, smallConfig, temporaryFolder } from './make.js';

const folder = temporaryFolder();
const [plain, watched] = [join(folder, 'plain'), join(folder, 'watched')];
const snapshots = snapshotFolder(watched);
let manifest = '';
const json = <T>(...parts: string[]): T => JSON.parse(readFileSync(join(...parts), 'utf8')) as T;

beforeAll(async () => {
  manifest = await putDataset(join(folder, 'data'));
  await runTraining(smallConfig(manifest, plain));
  await runTraining(smallConfig(manifest, watched, { snapshots: { count: 5, images: 6, maxCost: 1 } }));
});

it('changes no bit of what is learned', () => {
  const weights = (run: string) => readFileSync(join(run, 'checkpoints/last/model.safetensors'));
  expect(weights(watched).equals(weights(plain))).toBe(true);
});

it('writes unit rows before the first step, every so often and after the last', async () => {
  expect(await snapshotSteps(snapshots)).toEqual([0, 2, 4, 6, 8, 10]);
  for (const step of [0, 10]) {
    const { features, projected, seconds } = await readSnapshot(snapshots, step);
    expect([features.rows, features.columns, projected?.columns]).toEqual([6, 64, 128]);
    expect(seconds).toBeGreaterThan(0);
    for (let row = 0; row < 6; row++) {
      const own = features.values.subarray(row * 64, (row + 1) * 64);
      expect(Math.hypot(...own)).toBeCloseTo(1, 2); // half precision
    }
  }
  const [first, last] = [await readSnapshot(snapshots, 0), await readSnapshot(snapshots, 10)];
  expect(first.features.values).not.toEqual(last.features.values);
});

it('knows the sample, the graph’s similarities and τ_s', async () => {
  const sample = await readSample(snapshots);
  const record = json<{ graph: string; data: { fingerprint: string } }>(watched, 'config.json');
  expect(sample.images).toHaveLength(6);
  expect(new Set(sample.images.map(({ id }) => id)).size).toBe(6);
  expect(sample.images.every(({ image }) => image.path.endsWith('-4.png'))).toBe(true); // the validation part
  expect(sample.data.fingerprint).toBe(record.data.fingerprint);
  expect(sample.temperature).toBeCloseTo(Number(/τ_s ([\d.]+)/.exec(record.graph)![1]), 3);
  const similarities = (await readSimilarities(snapshots))!;
  expect([similarities.rows, similarities.columns]).toEqual([6, 6]);
  for (let i = 0; i < 6; i++) expect(similarities.values[i * 7]).toBeCloseTo(1, 2);
});

it('keeps notices, and how training ended', () => {
  const lines = readFileSync(join(watched, 'notices.jsonl'), 'utf8').trim().split('\n');
  const messages = lines.map((line) => (JSON.parse(line) as { message: string }).message);
  expect(messages.some((message) => /^6 snapshots of 6 images took/.test(message))).toBe(true);
  expect(json<RunStatus>(watched, 'status.json')).toMatchObject({
    state: 'finished',
    totalSteps: 10,
    stepsPerEpoch: 4,
  });
});

it('says that a run was stopped or failed, and why', async () => {
  const stopped = join(folder, 'stopped');
  const controller = new AbortController();
  const stop = { stop: controller.signal, onStep: () => controller.abort() };
  await runTraining(smallConfig(manifest, stopped), stop);
  expect(json<RunStatus>(stopped, 'status.json')).toMatchObject({ state: 'stopped', totalSteps: 10 });
  const failed = join(folder, 'failed');
  const broken = smallConfig(manifest, failed, { optimizer: { name: 'sgd', lr: 1e30 } });
  await expect(runTraining(broken)).rejects.toThrow();
  const status = json<RunStatus>(failed, 'status.json');
  expect(status.state).toBe('failed');
  expect(status.reason).toMatch(/NaN/);
});

it('takes no more than its part of the time: the first and the last are written, the others as time allows', async () => {
  const run = join(folder, 'bounded');
  await runTraining(smallConfig(manifest, run, { snapshots: { count: 10, images: 6 } }));
  // Ten steps take some seconds at most: a hundredth of that holds no other snapshot of a network.
  expect(await snapshotSteps(snapshotFolder(run))).toEqual([0, 10]);
  const [first, last] = [
    await readSnapshot(snapshotFolder(run), 0),
    await readSnapshot(snapshotFolder(run), 10),
  ];
  expect(first.totalSeconds).toBeCloseTo(first.seconds, 2);
  expect(last.totalSeconds).toBeGreaterThanOrEqual(first.seconds + last.seconds - 0.002);
  const said = readFileSync(join(run, 'notices.jsonl'), 'utf8');
  expect(said).toMatch(
    /2 snapshots of 6 images took .*% of the training; 9 more would have taken over 1 % \(--snapshots-max-cost\)/,
  );
});

it('is made of a trained run by xclr snapshot, of the same sample and with the same vectors', async () => {
  const run = new RunFolder(plain);
  expect(await snapshotRun(run, { images: 6 })).toMatchObject({ step: 10, images: 6 });
  const own = snapshotFolder(plain);
  expect((await readSample(own)).images).toEqual((await readSample(snapshots)).images);
  // The same weights in the same precision, on batches of the same images.
  const [left, right] = [
    (await readSnapshot(own, 10)).features.values,
    (await readSnapshot(snapshots, 10)).features.values,
  ];
  left.forEach((value, i) => {
    expect(value).toBeCloseTo(right[i]!, 3);
  });
  await expect(snapshotRun(run, { images: 7 })).rejects.toThrow(/have 6 images, --images asks for 7/);
  await expect(snapshotRun(new RunFolder(join(folder, 'stopped')), { split: 'test' })).rejects.toThrow(
    /the test part .* has 0 images/,
  );
});

it('says what is wrong with snapshots that are missing, damaged or outdated', async () => {
  await expect(readSample(join(folder, 'nowhere'))).rejects.toThrow(
    /holds no snapshots.*\n.*--snapshots-count/s,
  );
  await expect(readSnapshot(snapshots, 3)).rejects.toThrow(/no snapshot of step 3/);
  const own = snapshotFolder(plain);
  writeFileSync(join(own, 'step-00000011.safetensors'), 'short');
  await expect(readSnapshot(own, 11)).rejects.toThrow(/is damaged/);
  const sample = await readSample(own);
  const { image } = sample.images[0]!;
  const gone = { ...sample.images[0]!, id: 'gone', image };
  writeFileSync(
    join(own, 'sample.json'),
    JSON.stringify({ ...sample, images: [gone, ...sample.images.slice(1)] }),
  );
  await expect(snapshotRun(new RunFolder(plain))).rejects.toThrow(/1 images of the snapshots .* no longer/);
  writeFileSync(join(own, 'sample.json'), '{"kind":');
  await expect(readSample(own)).rejects.toThrow(/is damaged/);
});

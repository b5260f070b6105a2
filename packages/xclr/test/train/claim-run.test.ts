// Taking a run folder: one training at a time, and a start that failed blocks nothing.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { claimRun } from '../../src/train/claim-run.js';
import { runTraining } from '../../src/train/session.js';
import { thisHolder } from '../../src/util/lock-file.js';
import { putDataset, smallConfig, temporaryFolder } from './make.js';

const folder = temporaryFolder();
let manifest = '';

beforeAll(async () => {
  manifest = await putDataset(join(folder, 'data'));
});

describe('a start that failed', () => {
  it('leaves no folder', async () => {
    const run = join(folder, 'failed');
    await expect(runTraining(smallConfig(manifest, run, { batchSize: 64 }))).rejects.toThrow(
      /--batch-size 64 is larger/,
    );
    expect(existsSync(run)).toBe(false);
  });

  it('leaves a folder of the user as it was', async () => {
    const run = join(folder, 'mine');
    mkdirSync(run);
    await expect(runTraining(smallConfig(manifest, run, { batchSize: 64 }))).rejects.toThrow(
      /--batch-size 64 is larger/,
    );
    writeFileSync(join(run, 'notes.txt'), 'x');
    await expect(runTraining(smallConfig(manifest, run))).rejects.toThrow(/not empty/);
    expect(readdirSync(run).filter((name) => name !== '.lock')).toEqual(['notes.txt']);
  });

  it('that was killed before its first checkpoint is begun anew', async () => {
    const run = join(folder, 'killed');
    mkdirSync(run);
    writeFileSync(join(run, 'config.json'), '{}');
    writeFileSync(join(run, 'metrics.jsonl'), '{"step":1}\n');
    await runTraining(smallConfig(manifest, run, { steps: 2 }));
    expect(existsSync(join(run, 'checkpoints', 'last'))).toBe(true);
    await expect(runTraining(smallConfig(manifest, run, { steps: 2 }))).rejects.toThrow(
      /exists and is not empty[\s\S]*--resume/,
    );
  });

  it('says that there is nothing to resume', async () => {
    const run = join(folder, 'nothing');
    mkdirSync(run);
    writeFileSync(join(run, 'config.json'), '{}');
    await expect(claimRun(join(folder, 'no-run'), { resume: true })).rejects.toThrow(
      /expected a config\.json/,
    );
    expect(existsSync(join(folder, 'no-run'))).toBe(false);
  });
});

describe('a run folder', () => {
  it('is one training’s at a time', async () => {
    const path = join(folder, 'held');
    mkdirSync(path);
    const theirs = { ...thisHolder(), pid: process.ppid, started: null }; // a process that lives
    writeFileSync(join(path, '.lock'), JSON.stringify(theirs));
    await expect(claimRun(path, { resume: false })).rejects.toThrow(/is being trained in by process/);
    writeFileSync(join(path, '.lock'), JSON.stringify({ ...theirs, pid: 4194303 })); // above Linux's highest process id
    using claim = await claimRun(path, { resume: false });
    expect(claim.run.path).toBe(path);
  });
});

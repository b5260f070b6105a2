// Training from shards on a server through a cache that cannot hold them: the same as from a folder, and resumed bit for bit.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import type { AskedTrainConfig } from '../../src/train/config.js';
import { readMetrics } from '../../src/train/metrics-log.js';
import { RunFolder, type RunRecord } from '../../src/train/run-folder.js';
import { runTraining } from '../../src/train/session.js';
import { serve, TestServer } from '../data/get/server.js';
import { tar } from '../data/tar.js';
import { putDataset, smallConfig, temporaryFolder } from './make.js';

const folder = temporaryFolder();
const shards = join(folder, 'shards');
let largest = 0;

beforeAll(async () => {
  const manifest = await putDataset(join(folder, 'data'));
  const [, ...rows] = readFileSync(manifest, 'utf8').trim().split('\n');
  for (const split of ['train', 'validation']) {
    const own = rows.map((row) => row.split(',')).filter((row) => row[3] === split);
    const each = split === 'train' ? 8 : own.length;
    for (let at = 0; at < own.length; at += each) {
      const members = own.slice(at, at + each).flatMap(([file, caption], i): [string, string | Buffer][] => [
        [`${at + i}.png`, readFileSync(join(folder, 'data', file!))],
        [`${at + i}.txt`, caption!],
      ]);
      const path = await tar(join(shards, `${split}-${at / each}.tar`), members);
      largest = Math.max(largest, statSync(path).size);
    }
  }
});

const losses = (run: string) =>
  readMetrics(new RunFolder(run)).map(({ step, loss, validationLoss }) => ({ step, loss, validationLoss }));

it('gives the losses of the same shards in a folder, and resumes in the middle of an epoch', async () => {
  await using server = await TestServer.start((request, response) =>
    serve(readFileSync(join(shards, request.url!.slice(1))), request, response),
  );
  const changes = { buffer: 5 };
  const cache = { cacheFolder: join(folder, 'cache'), cacheSize: `${Math.ceil((4 * largest) / 1000)}kB` };
  const asked = (run: string, more: object = {}): AskedTrainConfig => {
    const all = { ...changes, ...cache, ...more };
    return {
      ...smallConfig(
        server.url('{train-0,train-1,train-2,train-3,validation-0}.tar'),
        join(folder, run),
        all,
      ),
      sampler: 'auto',
    };
  };
  await runTraining(smallConfig(shards, join(folder, 'local'), { ...changes, sampler: 'stream' }));
  await runTraining(asked('straight'));
  const record = JSON.parse(readFileSync(join(folder, 'straight', 'config.json'), 'utf8')) as RunRecord;
  expect(record.config.sampler).toBe('stream'); // five shards, a cache of four
  expect(losses(join(folder, 'straight'))).toEqual(losses(join(folder, 'local')));
  const stop = new AbortController();
  await runTraining(asked('stopped'), {
    stop: stop.signal,
    onStep: ({ step }) => {
      if (step === 6) stop.abort();
    },
  });
  // As the command line does it: a resumed run has its own settings, but for those that may change.
  await runTraining({ ...asked('stopped', { resume: true }), sampler: 'stream', cacheSize: 'auto' });
  expect(losses(join(folder, 'stopped'))).toEqual(losses(join(folder, 'straight')));
  expect(readdirSync(join(folder, 'cache')).some((name) => name.endsWith('.lock'))).toBe(false);
});

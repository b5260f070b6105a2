// Which runs are found, and what is said of their state.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { thisProcess } from '@xclr/torch/files';
import { expect, it } from 'vitest';
import { findRuns } from '../../src/studio/find-runs.js';
import { KeptNotes } from '../../src/studio/kept-notes.js';
import { WatchedRun } from '../../src/studio/watched-run.js';
import { fakeRun, put, temporaryFolder } from './make.js';

const nothing = { tags: [], note: '' };

async function stateOf(folder: string) {
  const run = new WatchedRun(folder, folder);
  await run.refresh();
  return run.summary(nothing);
}

it('tells the state of a run from its steps, its lock and its status', async () => {
  const folder = temporaryFolder();
  const at = (name: string) => join(folder, name);
  expect((await stateOf(fakeRun(at('finished')))).state).toBe('finished');
  expect((await stateOf(fakeRun(at('stopped'), { rows: 50 }))).state).toBe('stopped');
  const failed = await stateOf(
    fakeRun(at('failed'), { rows: 50, status: { state: 'failed', reason: 'the loss is not finite' } }),
  );
  expect([failed.state, failed.problem]).toEqual(['failed', 'the loss is not finite']);
  const running = fakeRun(at('running'), { rows: 50 });
  put(join(running, '.lock'), JSON.stringify({ ...thisProcess(), token: 't' }));
  const told = await stateOf(running);
  expect([told.state, told.secondsLeft]).toEqual(['running', 5]); // 50 steps of 0.1 s
  const killed = fakeRun(at('killed'), { rows: 50, status: { state: 'running', totalSteps: 100 } });
  put(join(killed, '.lock'), JSON.stringify({ ...thisProcess(), started: '1', token: 't' }));
  expect((await stateOf(killed)).state).toBe('stale');
  const elsewhere = fakeRun(at('elsewhere'), { rows: 50 });
  put(join(elsewhere, '.lock'), JSON.stringify({ ...thisProcess(), host: 'another', token: 't' }));
  expect((await stateOf(elsewhere)).state).toBe('running');
});

it('says of a folder that is no run why, and of one that was deleted that it is gone', async () => {
  const folder = temporaryFolder();
  put(join(folder, 'broken/config.json'), '{"config":');
  put(join(folder, 'broken/metrics.jsonl'), '');
  const broken = await stateOf(join(folder, 'broken'));
  expect(broken.state).toBe('unreadable');
  expect(broken.problem).toMatch(/config\.json cannot be read: .*JSON/);
  put(join(folder, 'foreign/config.json'), '{"config":{"method":7,"encoder":"x","data":[1]},"data":null}');
  expect(await stateOf(join(folder, 'foreign'))).toMatchObject({
    method: null,
    encoder: null,
    totalSteps: null,
  });
  const run = new WatchedRun(fakeRun(join(folder, 'deleted')), 'deleted');
  await run.refresh();
  rmSync(run.folder, { recursive: true });
  expect(await run.refresh()).toBe(true);
  const gone = run.summary(nothing);
  expect([gone.state, gone.rows]).toEqual(['gone', 100]); // its curves stay
});

it('gives best validation loss, measures, notices and lengths', async () => {
  const folder = fakeRun(join(temporaryFolder(), 'run'), {
    evaluation: { knn_label: 0.5, broken: Number.NaN },
    notices: ['begins', 'ends'],
    status: { state: 'finished', totalSteps: 100, stepsPerEpoch: 10 },
  });
  const run = await stateOf(folder);
  expect(run.bestStep).toBe(100);
  expect(run.bestValidationLoss).toBeCloseTo(2.5 + 3 * Math.exp(-100 / 40), 5);
  expect(run).toMatchObject({ measures: { knn_label: 0.5 }, notices: 2, stepsPerEpoch: 10, totalSteps: 100 });
});

it('finds runs below what is given, comparisons and embeddings too, and says where nothing is', async () => {
  const folder = temporaryFolder();
  fakeRun(join(folder, 'out/runs/a'));
  fakeRun(join(folder, 'out/runs/b'));
  put(join(folder, 'out/comparison.json'), '{}');
  put(join(folder, 'vectors.parquet'), '');
  mkdirSync(join(folder, 'empty'));
  const found = await findRuns([
    join(folder, 'out'),
    join(folder, 'vectors.parquet'),
    join(folder, 'empty'),
    '/nowhere',
  ]);
  expect(found.runs.map((one) => one.slice(folder.length))).toEqual(['/out/runs/a', '/out/runs/b']);
  expect(found.sources.map(({ kind }) => kind)).toEqual(['comparison', 'embeddings']);
  expect(found.nothing.map(({ problem }) => problem)).toEqual([
    'it holds no run, comparison, index or embeddings yet',
    'there is nothing at this path',
  ]);
});

it('keeps notes in its own folder, beside those of another studio', () => {
  const out = join(temporaryFolder(), 'studio');
  const [one, other] = [new KeptNotes(out), new KeptNotes(out)];
  one.set('/runs/a', { tags: ['good'], note: 'the first' });
  other.set('/runs/b', { tags: [], note: 'the second' });
  one.set('/runs/c', { tags: ['x'], note: '' });
  expect(new KeptNotes(out).of('/runs/b').note).toBe('the second');
  one.set('/runs/a', { tags: [], note: '' });
  expect(new KeptNotes(out).of('/runs/a')).toEqual({ tags: [], note: '' });
  writeFileSync(join(out, 'notes.json'), '{"half');
  expect(() => new KeptNotes(out)).toThrow(/JSON/);
});

import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Cell } from '../../src/compare/cell.js';
import { type Plan, readPlan } from '../../src/compare/plan.js';
import { planPage } from '../../src/compare/plan-page.js';
import { resultsOf } from '../../src/compare/results.js';
import { runPlan } from '../../src/compare/run-plan.js';
import { shortcutsOf } from '../../src/compare/shortcuts.js';
import { markdown, writeResults } from '../../src/compare/write-results.js';
import { parseTasks } from '../../src/evaluate/tasks.js';
import { thisHolder } from '../../src/util/lock-file.js';
import { putDataset, temporaryFolder } from '../train/make.js';
import { smallPlan } from './make.js';

const folder = temporaryFolder();
const out = join(folder, 'whole');
let file = '';
let plan: Plan;

const quiet = { onNotice: () => undefined, onProgress: () => undefined };
/** What must be the same however often a comparison was interrupted. */
const numbersOf = (where: string) =>
  Object.fromEntries(
    readdirSync(join(where, 'cells')).map((name) => {
      const { metrics, keys, units, settings, data } = JSON.parse(
        readFileSync(join(where, 'cells', name), 'utf8'),
      ) as Cell;
      return [name, { metrics, keys, units, settings, data }];
    }),
  );

beforeAll(async () => {
  file = smallPlan(folder, await putDataset(join(folder, 'data')));
  plan = readPlan(file, out);
  await runPlan(plan, { out, ...quiet });
});

describe('shortcuts', () => {
  it('are measured once, near-copies among all images that the tasks ask for', async () => {
    const own = { split: 'validation' };
    const asked = { label: 'label', gallery: own, queries: own, k: 3, duplicates: 0.99 };
    const [small, out] = [{ ...plan, shortcuts: asked }, temporaryFolder()];
    const options = { out, onProgress: () => undefined };
    const found = await shortcutsOf(small, new Map(), options);
    expect(found!.compared).toBe(found!.queries);
    // other images are read for the tasks' queries
    const tasks = parseTasks([{ metric: 'knn', name: 'label', gallery: own, queries: { split: 'train' } }]);
    const more = await shortcutsOf({ ...small, tasks }, new Map(), options);
    expect(more!.compared).toBeGreaterThan(more!.queries);
    expect(more!.results).toEqual(found!.results);
  });

  it('are left for another time where the comparison is interrupted, before and amid', async () => {
    const own = { split: 'train' };
    const asked = { label: 'label', gallery: own, queries: own, k: 3, duplicates: 0.99 };
    const [small, out] = [{ ...plan, shortcuts: asked }, temporaryFolder()];
    const [early, amid] = [AbortSignal.abort(), new AbortController()];
    const seen: number[] = [];
    const onProgress = (done: number) => {
      seen.push(done);
      amid.abort();
    };
    expect(await shortcutsOf(small, new Map(), { out, onProgress, stop: early })).toBeNull();
    expect(seen).toEqual([]);
    expect(await shortcutsOf(small, new Map(), { out, onProgress, stop: amid.signal })).toBeNull();
    expect(seen).toHaveLength(1);
    expect(readdirSync(out)).toEqual([]);
  });
});

describe('a finished comparison', () => {
  it('has a file for each cell, and nothing left to do', async () => {
    expect(readdirSync(join(out, 'cells'))).toHaveLength(10);
    const trained: string[] = [];
    await runPlan(plan, { out, ...quiet, onCell: ({ key }) => trained.push(key) });
    expect(trained).toEqual([]);
  });

  it('is a table of means with intervals, and sentences that claim no more than those', async () => {
    const states = await runPlan(plan, { out, ...quiet });
    const results = resultsOf(plan, states);
    expect(results.holes).toEqual([]);
    const entry = results.entries.find(({ metric, method }) => metric === 'knn_label' && method === 'xclr')!;
    const [a, b] = entry.perSeed;
    expect(entry.estimate!.mean).toBeCloseTo((a! + b!) / 2, 6);
    expect(results.differences.filter(({ metric }) => metric === 'knn_label')).toHaveLength(4);
    writeResults(out, plan, results, states);
    const json = JSON.parse(readFileSync(join(out, 'comparison.json'), 'utf8'));
    expect(json.conclusions.length).toBeGreaterThan(1);
    expect(json.cells).toHaveLength(10);
    const csv = readFileSync(join(out, 'comparison.csv'), 'utf8').trim().split('\n');
    expect(csv[0]).toBe('method,fraction,seed,training,metric,value,low,high,n,seconds');
    expect(markdown(plan, results)).toContain('| **X-CLR** |');
    const page = planPage(plan, results, states, new Date(0));
    for (const said of [
      'What the numbers say',
      'With the whole training part',
      'What it costs',
      'How it was measured',
    ])
      expect(page).toContain(said);
  });

  it('started the tuned encoder from the other method’s run', () => {
    const record = JSON.parse(readFileSync(join(out, 'runs', 'tuned-f1-s0', 'config.json'), 'utf8'));
    expect(record.initialWeights.path).toContain('simclr-f1-s0');
  });

  it('can be extended without its runs: finished cells are never done again', async () => {
    const copy = join(folder, 'copy');
    cpSync(join(out, 'cells'), join(copy, 'cells'), { recursive: true });
    const done: string[] = [];
    const wider = readPlan(file, copy, { seeds: [0, 1, 2] });
    await runPlan(wider, {
      out: copy,
      ...quiet,
      only: ({ method }) => method === 'simclr',
      onCell: ({ key }) => done.push(key),
    });
    expect(done).toEqual(['simclr-f1-s2']);
    const states = await runPlan(wider, { out: copy, ...quiet, only: () => false });
    expect(resultsOf(wider, states).holes.map(({ key }) => key)).toContain('xclr-f1-s2');
  });

  it('refuses cells of other settings, and of other data', async () => {
    const other = join(folder, 'other');
    cpSync(join(out, 'cells'), join(other, 'cells'), { recursive: true });
    const changed = readPlan(file, other, { overrides: { loss: { temperature: 0.3 } } });
    await expect(runPlan(changed, { out: other, ...quiet })).rejects.toThrow(
      /made with other settings .*\(loss\)/,
    );
    const path = join(other, 'cells', 'xclr-f1-s1.json');
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), data: 'x' }));
    await expect(runPlan(readPlan(file, other), { out: other, ...quiet })).rejects.toThrow(
      /xclr-f1-s1 and \S+ were made from different data/,
    );
    writeFileSync(path, '{"half');
    await expect(runPlan(readPlan(file, other), { out: other, ...quiet })).rejects.toThrow(
      /xclr-f1-s1\.json is damaged/,
    );
  });
});

describe('a comparison that does not go through', () => {
  it('resumes after a stop with the same numbers', async () => {
    const stopped = join(folder, 'stopped');
    const half = readPlan(file, stopped);
    const stop = new AbortController();
    let steps = 0;
    await runPlan(half, {
      out: stopped,
      ...quiet,
      stop: stop.signal,
      onProgress: (title) => {
        if (title.startsWith('training') && ++steps === 9) stop.abort();
      },
    });
    expect(readdirSync(join(stopped, 'cells')).length).toBeLessThan(10);
    await runPlan(half, { out: stopped, ...quiet });
    expect(numbersOf(stopped)).toEqual(numbersOf(out));
  });

  it('stops at once, with one reason, where no cell could be done', async () => {
    const nowhere = join(folder, 'nowhere');
    const moved = readPlan(file, nowhere, { data: join(folder, 'moved.csv') });
    await expect(runPlan(moved, { out: nowhere, ...quiet })).rejects.toThrow(/moved\.csv/);
    const tasks =
      '[{ metric: knn, name: t, label: color, gallery: { split: train }, queries: { split: validation } }]';
    const asking = join(folder, 'asking.yaml');
    writeFileSync(
      asking,
      `${readFileSync(file, 'utf8').replace(/evaluation:[\s\S]*$/, '')}\nevaluation: { tasks: ${tasks} }\n`,
    );
    await expect(runPlan(readPlan(asking, nowhere), { out: nowhere, ...quiet })).rejects.toThrow(/color/);
    rmSync(asking);
    expect(readdirSync(join(nowhere, 'cells'))).toEqual([]);
  });

  it('restarts a run that was killed before its first checkpoint', async () => {
    const early = join(folder, 'early');
    for (const part of ['cells', 'runs']) cpSync(join(out, part), join(early, part), { recursive: true });
    rmSync(join(early, 'cells', 'xclr-f1-s0.json'));
    const checkpoints = join(early, 'runs', 'xclr-f1-s0', 'checkpoints');
    renameSync(join(checkpoints, 'last'), join(checkpoints, 'best')); // validation saves `best` first
    const done: string[] = [];
    const onCell = ({ key }: { key: string }) => done.push(key);
    await runPlan(readPlan(file, early), { out: early, ...quiet, onCell });
    expect(done).toEqual(['xclr-f1-s0']);
    expect(numbersOf(early)).toEqual(numbersOf(out));
  });

  it('leaves a cell to the process that computes it', async () => {
    const shared = join(folder, 'shared');
    const plan0 = readPlan(file, shared, { seeds: [0] });
    mkdirSync(join(shared, 'runs', 'xclr-f1-s0'), { recursive: true });
    writeFileSync(join(shared, 'runs', 'xclr-f1-s0', 'metrics.jsonl'), 'theirs');
    const theirs = { ...thisHolder(), pid: process.ppid, started: null }; // a process that lives
    writeFileSync(join(shared, 'runs', 'xclr-f1-s0.lock'), JSON.stringify(theirs));
    const notices: string[] = [];
    const states = await runPlan(plan0, {
      out: shared,
      ...quiet,
      only: ({ method }) => method === 'xclr' || method === 'untrained',
      onNotice: (message) => notices.push(message),
    });
    expect(notices.join('\n')).toMatch(
      new RegExp(`xclr-f1-s0 is being computed by process ${process.ppid} on host .*left to that one`),
    );
    expect(states.get('xclr-f1-s0')).toMatchObject({ kind: 'to do' });
    expect(readFileSync(join(shared, 'runs', 'xclr-f1-s0', 'metrics.jsonl'), 'utf8')).toBe('theirs');
  });

  it('does the other cells when one fails, and shows the hole with its reason', async () => {
    const broken = join(folder, 'broken');
    const path = smallPlan(folder, join(folder, 'data', 'images.csv'), '');
    const text = readFileSync(path, 'utf8').replace(
      '  simclr: { method: simclr }',
      '  simclr: { method: simclr, encoder: { weights: /nowhere } }',
    );
    const bad = join(folder, 'bad.yaml');
    writeFileSync(bad, text);
    const failing = readPlan(bad, broken, { seeds: [0] });
    const states = await runPlan(failing, { out: broken, ...quiet });
    const { holes, entries } = resultsOf(failing, states);
    expect(holes.map(({ key }) => key).sort()).toEqual(['simclr-f1-s0', 'tuned-f1-s0']);
    expect(holes[0]!.reason).toMatch(/there is nothing at \/nowhere/);
    expect(entries.some(({ method, estimate }) => method === 'xclr' && estimate !== null)).toBe(true);
    rmSync(bad);
  });
});

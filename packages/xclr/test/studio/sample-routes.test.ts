// What the studio answers about snapshots: rows of similarities, agreement, thumbnails.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStudio, type Studio } from '../../src/studio/index.js';
import { agreement, cosines, rankCorrelation } from '../../src/studio/similarity-views.js';
import type { AgreementAnswer, RowAnswer, RunsAnswer, SampleAnswer } from '../../src/studio/wire.js';
import { buildPage, fakeRun, temporaryFolder } from './make.js';
import { sampledRun } from './sampled.js';

const folder = temporaryFolder();
let studio: Studio;
const ids = new Map<string, string>();

beforeAll(async () => {
  buildPage();
  await sampledRun(join(folder, 'runs/a'), join(folder, 'images'));
  await sampledRun(join(folder, 'runs/b'), join(folder, 'images'), { steps: [100] });
  await sampledRun(join(folder, 'runs/other'), join(folder, 'images-2'), { images: 12 });
  fakeRun(join(folder, 'runs/plain'));
  studio = await openStudio([join(folder, 'runs')], { out: join(folder, 'reports') });
  for (const { name, id } of (await get<RunsAnswer>('/api/runs')).runs) ids.set(name, id);
});
afterAll(() => studio?.close());

const ask = (path: string) => fetch(new URL(path, studio.url));
const get = async <T>(path: string): Promise<T> => (await (await ask(path)).json()) as T;

it('gives the sample with its steps, its graph and τ_s', async () => {
  const sample = await get<SampleAnswer>(`/api/sample?run=${ids.get('a')}`);
  expect(sample).toMatchObject({ temperature: 0.3, hasGraph: true, projector: true, steps: [0, 50, 100] });
  expect(sample.items).toHaveLength(36);
  expect((await get<SampleAnswer>(`/api/sample?run=${ids.get('b')}`)).key).toBe(sample.key);
  expect((await get<SampleAnswer>(`/api/sample?run=${ids.get('other')}`)).key).not.toBe(sample.key);
  const none = await ask(`/api/sample?run=${ids.get('plain')}`);
  expect([none.status, await none.json()]).toEqual([
    400,
    { error: expect.stringContaining('no snapshots'), remedy: expect.stringContaining('xclr snapshot') },
  ]);
});

it('gives an image’s similarities by graph, encoder and projector', async () => {
  const row = await get<RowAnswer>(`/api/row?run=${ids.get('a')}&image=6&step=100`);
  expect(row.graph![0]).toBeCloseTo(0.9, 3); // of the same kind
  expect(row.graph![1]).toBeCloseTo(0.5, 3);
  expect(row.features[6]).toBeCloseTo(1, 2);
  expect(row.features[0]!).toBeGreaterThan(row.features[3]!);
  const early = await get<RowAnswer>(`/api/row?run=${ids.get('a')}&image=6&step=0`);
  expect(early.features[0]!).toBeLessThan(row.features[0]!);
  expect((await ask(`/api/row?run=${ids.get('a')}&image=36`)).status).toBe(404);
  expect((await ask(`/api/row?run=${ids.get('a')}&image=-1`)).status).toBe(400);
  expect((await ask(`/api/row?run=${ids.get('a')}&image=1&step=7`)).status).toBe(400);
});

it('finds where graph and encoder, or two runs, disagree', async () => {
  const late = await get<AgreementAnswer>(`/api/agreement?run=${ids.get('a')}&step=100`);
  const early = await get<AgreementAnswer>(`/api/agreement?run=${ids.get('a')}&step=0`);
  expect(late.mean!).toBeGreaterThan(early.mean!);
  expect(late.correlations).toHaveLength(36);
  expect(late.left.reduce((a, b) => a + b)).toBe((36 * 35) / 2);
  const gaps = early.pairs.map(({ leftRank, rightRank }) => Math.abs(leftRank - rightRank));
  expect(gaps).toEqual([...gaps].sort((a, b) => b - a));
  const between = `/api/agreement?run=${ids.get('a')}&left=features&right=features&other=`;
  expect((await get<AgreementAnswer>(`${between}${ids.get('b')}`)).mean).toBeCloseTo(1, 2);
  const different = await ask(`${between}${ids.get('other')}`);
  expect([different.status, (await different.json()) as unknown]).toEqual([
    404,
    { error: 'the two runs have snapshots of different images' },
  ]);
});

it('gives thumbnails, and says of an image that is gone that it cannot be read', async () => {
  const url = `/api/sample/thumbnail?run=${ids.get('a')}&image=0`;
  const answer = await ask(url);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/webp']);
  rmSync(join(folder, 'images-2/3.png'));
  writeFileSync(join(folder, 'images-2/4.png'), 'no image');
  for (const image of [3, 4])
    expect((await ask(`/api/sample/thumbnail?run=${ids.get('other')}&image=${image}`)).status).toBe(404);
  expect((await ask(`${url}&size=100000`)).status).toBe(400);
});

it('says what is wrong with snapshots that do not fit their sample', async () => {
  await sampledRun(join(folder, 'runs/other'), join(folder, 'images-2'), { images: 10 });
  const sample = join(folder, 'runs/other/snapshots/sample.json');
  const { readFileSync } = await import('node:fs');
  const whole = JSON.parse(readFileSync(sample, 'utf8')) as { images: unknown[] };
  writeFileSync(sample, JSON.stringify({ ...whole, images: whole.images.slice(1) }));
  const answer = await ask(`/api/sample?run=${ids.get('other')}`);
  expect([answer.status, await answer.json()]).toEqual([
    400,
    { error: expect.stringMatching(/the graph has 10 rows, the sample 9 images/) },
  ]);
  rmSync(join(folder, 'runs/other/snapshots/graph.safetensors'));
  expect((await ask(`/api/agreement?run=${ids.get('other')}`)).status).toBe(404); // no graph to compare with
  const second = (await (await ask(`/api/sample?run=${ids.get('other')}`)).json()) as { error: string };
  expect(second.error).toMatch(/has 10 rows, the sample 9 images/);
});

it('computes cosines and rank correlations as their definitions say', async () => {
  const rows = { values: Float32Array.of(1, 0, 0, 1, 0.6, 0.8), rows: 3, columns: 2 };
  expect([...cosines(rows, 2)]).toEqual(
    [Math.fround(0.6), Math.fround(0.8), 1].map((v) => expect.closeTo(v, 6)),
  );
  // Ranks with ties: (1.5, 1.5, 3) against (1, 2, 3) → √3/2.
  expect(rankCorrelation(Float32Array.of(1, 1, 2), Float32Array.of(5, 6, 7))).toBeCloseTo(
    Math.sqrt(3) / 2,
    6,
  );
  expect(rankCorrelation(Float32Array.of(1, 1), Float32Array.of(1, 2))).toBeNull();
  const random = (row: number) => Float32Array.from({ length: 9 }, (_, i) => Math.sin(row * 31 + i * 7));
  const equal = await agreement(9, random, random);
  expect([equal.mean, equal.pairs]).toEqual([expect.closeTo(1, 9), []]);
});

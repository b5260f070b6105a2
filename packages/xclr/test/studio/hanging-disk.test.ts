// A disk that does not answer: what lies on others is shown all the same, and events go on.
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openStudio, type Studio } from '../../src/studio/index.js';
import type { CurvesAnswer, RunsAnswer } from '../../src/studio/wire.js';
import { buildPage, fakeRun, metricsRow, temporaryFolder } from './make.js';

const disk = vi.hoisted(() => ({ hangs: false, asked: 0, answer: [] as (() => void)[] }));

// Whatever is asked of a path with "hanging" in it waits, as it does on a server's disk that is gone.
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const slow =
    <Arguments extends unknown[], Result>(ask: (...given: Arguments) => Promise<Result>) =>
    async (...given: Arguments): Promise<Result> => {
      if (disk.hangs && String(given[0]).includes('hanging')) {
        disk.asked++;
        await new Promise<void>((resolve) => disk.answer.push(resolve));
      }
      return ask(...given);
    };
  const { stat, readFile, readdir, open } = real;
  return {
    ...real,
    stat: slow(stat as (...given: unknown[]) => Promise<unknown>),
    readFile: slow(readFile as (...given: unknown[]) => Promise<unknown>),
    readdir: slow(readdir as (...given: unknown[]) => Promise<unknown>),
    open: slow(open as (...given: unknown[]) => Promise<unknown>),
  };
});

const folder = temporaryFolder();
let studio: Studio;
const json = async <T>(path: string) => (await (await fetch(new URL(path, studio.url))).json()) as T;

beforeAll(async () => {
  buildPage();
  for (let i = 0; i < 8; i++) fakeRun(join(folder, `hanging/run-${i}`), { seed: i });
  fakeRun(join(folder, 'answering/run'));
  studio = await openStudio([join(folder, 'hanging'), join(folder, 'answering')], {
    port: 0,
    out: join(folder, 'reports'),
  });
  disk.hangs = true;
});
afterAll(async () => {
  disk.hangs = false;
  for (const answer of disk.answer) answer();
  await studio?.close();
});

it('goes on answering and telling what changes on other disks, and waits with few threads', async () => {
  await expect.poll(() => disk.asked, { timeout: 60_000 }).toBeGreaterThan(0);
  const stop = new AbortController();
  const events = await fetch(new URL('/api/events', studio.url), { signal: stop.signal });
  const reader = events.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const heard = async (wanted: string) => {
    while (!text.includes(wanted)) text += (await reader.read()).value ?? '';
  };
  await heard('event: hello');
  // Twice, with many looks between them: looks at the disk that hangs do not pile up.
  for (const step of [101, 102]) {
    appendFileSync(join(folder, 'answering/run/metrics.jsonl'), `${JSON.stringify(metricsRow(step))}\n`);
    await heard(`"step":${step},`);
  }
  stop.abort();
  const { runs } = await json<RunsAnswer>('/api/runs');
  expect(runs).toHaveLength(9); // those that hang are shown as they were last seen
  const own = runs.find(({ path }) => path.includes('answering'))!;
  const { curves } = await json<CurvesAnswer>(`/api/curves?metrics=loss&runs=${own.id}`);
  expect(curves[0]!.step.at(-1)).toBe(102);
  // One of the folder, one of a run in it.
  expect(disk.asked).toBeLessThanOrEqual(2);
});

it('shows what has changed there once the disk answers', async () => {
  appendFileSync(join(folder, 'hanging/run-3/metrics.jsonl'), `${JSON.stringify(metricsRow(101))}\n`);
  disk.hangs = false;
  for (const answer of disk.answer) answer();
  const stepOf = async () => {
    const { runs } = await json<RunsAnswer>('/api/runs');
    return runs.find(({ name }) => name === 'run-3')!.step;
  };
  await expect.poll(stepOf, { timeout: 60_000 }).toBe(101);
});

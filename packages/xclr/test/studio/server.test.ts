// The studio's server: who may look, what it answers, what it never does.
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStudio, type Studio } from '../../src/studio/index.js';
import type { CurvesAnswer, RunEvent, RunsAnswer, SettingsAnswer } from '../../src/studio/wire.js';
import { buildPage, fakeRun, metricsRow, temporaryFolder } from './make.js';

const folder = temporaryFolder();
const out = join(folder, 'reports');
const token = 'a'.repeat(32);
let studio: Studio;
let base = '';

beforeAll(async () => {
  buildPage();
  for (const seed of [0, 1, 2]) fakeRun(join(folder, `runs/run-${seed}`), { seed, lr: 0.001 * (seed + 1) });
  studio = await openStudio([join(folder, 'runs')], { token, out });
  base = new URL('/', studio.url).href;
});
afterAll(() => studio?.close());

const authorized = { authorization: `Bearer ${token}` };
const get = (path: string, headers: Record<string, string> = authorized) =>
  fetch(new URL(path, base), { headers, redirect: 'manual' });
const json = async <T>(path: string): Promise<T> => (await (await get(path)).json()) as T;

/** fetch sets Host itself. */
const statusWithHost = (host: string) =>
  new Promise<number>((resolve, reject) => {
    const { hostname, port } = new URL(base);
    request({ hostname, port, path: '/api/runs', headers: { ...authorized, host } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });

/** Says how long a body is and sends nothing of it: an answer while it is being sent could be lost. */
const statusOfLength = (length: number) =>
  new Promise<number>((resolve, reject) => {
    const { hostname, port } = new URL(base);
    const headers = { ...authorized, 'content-length': length };
    const asked = request({ hostname, port, path: '/api/notes', method: 'PUT', headers }, (response) => {
      resolve(response.statusCode ?? 0);
      asked.destroy();
    });
    asked.on('error', reject).flushHeaders();
  });

it('lets nobody in without the token, not even to its page', async () => {
  for (const path of ['/', '/api/runs', '/api/events', '/theme.css', '/?token=wrong']) {
    const answer = await get(path, {});
    expect([path, answer.status]).toEqual([path, 401]);
    expect(await answer.json()).toMatchObject({ remedy: expect.stringContaining('xclr studio') });
  }
  expect((await get('/api/runs', { authorization: `Bearer ${'b'.repeat(32)}` })).status).toBe(401);
});

it('turns the token in the address into a cookie of its own port', async () => {
  const first = await fetch(studio.url, { redirect: 'manual' });
  expect([first.status, first.headers.get('location')]).toEqual([302, '/']);
  const cookie = first.headers.get('set-cookie')!;
  expect(cookie).toMatch(/^xclr-studio-\d+=a{32}; .*HttpOnly.*SameSite=Lax/);
  const page = await get('/', { cookie: cookie.split(';')[0]! });
  expect(page.status).toBe(200);
  expect(page.headers.get('content-security-policy')).toMatch(
    /default-src 'none'; script-src 'self'; style-src 'self'/,
  );
  expect(page.headers.get('content-security-policy')).not.toMatch(/unsafe/);
});

it('refuses other names, other origins and paths that climb out', async () => {
  expect(await statusWithHost('evil.example')).toBe(421);
  expect(await statusWithHost(`localhost:${new URL(base).port}`)).toBe(200);
  expect((await get('/api/runs', { ...authorized, origin: 'http://evil.example' })).status).toBe(403);
  const climbing = ['/assets/../../package.json', '/assets/%2e%2e%2fpackage.json', '/assets/..%5cx'];
  for (const path of climbing) expect([path, (await get(path)).status]).toEqual([path, 404]);
  for (const run of ['../../etc/passwd', '%2e%2e', 'x'.repeat(5000), ''])
    expect((await get(`/api/run?run=${run}`)).status).toBe(400);
  expect((await get('/api/run?run=000000000000')).status).toBe(404);
});

it('gives runs, settings and curves', async () => {
  const { runs, metrics } = await json<RunsAnswer>('/api/runs');
  expect(runs.map(({ name, state }) => [name, state])).toEqual(
    [0, 1, 2].map((seed) => [`run-${seed}`, 'finished']),
  );
  expect(metrics).toContain('validationLoss');
  const settings = await json<SettingsAnswer>('/api/settings');
  expect(settings[runs[1]!.id]).toMatchObject({ 'optimizer.lr': 0.002, seed: 1, 'encoder.name': 'resnet18' });
  const ids = runs.map(({ id }) => id).join();
  const { curves } = await json<CurvesAnswer>(`/api/curves?runs=${ids}&metrics=loss,lr,unknown&points=50`);
  expect(curves).toHaveLength(6);
  expect(curves[0]!.step.length).toBeLessThanOrEqual(52);
  const csv = await (await get(`/api/curves.csv?runs=${ids}&metrics=loss`)).text();
  expect(csv.split('\n')).toHaveLength(1 + 300 + 1);
});

it('keeps notes outside the run folders, into which it writes nothing', async () => {
  const before = readdirSync(join(folder, 'runs/run-0')).sort();
  const { runs } = await json<RunsAnswer>('/api/runs');
  const change = { run: runs[0]!.id, tags: ['keep'], note: '<b>best</b>' };
  const put = (body: unknown) =>
    fetch(new URL('/api/notes', base), { method: 'PUT', headers: authorized, body: JSON.stringify(body) });
  expect((await put(change)).status).toBe(200);
  expect((await put({ ...change, tags: 'keep' })).status).toBe(400);
  expect(await statusOfLength(33 * 2 ** 20)).toBe(413);
  const after = await json<RunsAnswer>('/api/runs');
  expect(after.runs[0]).toMatchObject({ tags: ['keep'], note: '<b>best</b>' });
  expect(readdirSync(join(folder, 'runs/run-0')).sort()).toEqual(before);
  expect(readFileSync(join(out, 'notes.json'), 'utf8')).toContain('keep');
});

it('tells ten listeners of a new line, each once', async () => {
  const listeners = Array.from({ length: 10 }, () => new AbortController());
  const connected: Promise<void>[] = [];
  const heard = listeners.map(async ({ signal }) => {
    let known: () => void = () => undefined;
    connected.push(
      new Promise((resolve) => {
        known = resolve;
      }),
    );
    const answer = await fetch(new URL('/api/events', base), { headers: authorized, signal });
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    for (;;) {
      const { value = '', done } = await reader.read();
      text += value;
      if (text.includes('event: hello')) known();
      const found = /event: run\ndata: (.*)\n\n/.exec(text)?.[1];
      if (found !== undefined) return JSON.parse(found) as RunEvent;
      if (done) throw new Error('the stream ended');
    }
  });
  await Promise.all(connected);
  const file = join(folder, 'runs/run-2/metrics.jsonl');
  appendFileSync(file, `${JSON.stringify(metricsRow(101))}\n`);
  for (const { run } of await Promise.all(heard))
    expect([run.name, run.step, run.rows]).toEqual(['run-2', 101, 101]);
  for (const listener of listeners) listener.abort();
});

it('says what to do where the port is taken', async () => {
  const { port } = new URL(base);
  await expect(openStudio([], { port: Number(port), out })).rejects.toThrow(
    /cannot listen on .*\n.*another/s,
  );
});

it('shows nothing but a note where nothing is', async () => {
  const empty = await openStudio([join(folder, 'nowhere')], { out });
  const answer = (await (await fetch(new URL('/api/runs', empty.url))).json()) as RunsAnswer;
  expect(answer.runs).toEqual([]);
  expect(answer.others).toEqual([
    { path: expect.stringContaining('nowhere'), problem: 'there is nothing at this path' },
  ]);
  await empty.close();
  expect(existsSync(join(folder, 'nowhere'))).toBe(false);
});

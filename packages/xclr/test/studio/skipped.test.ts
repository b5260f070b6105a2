// Images that training skipped: shown as far as they can be decoded, and where they cannot, with the reason.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStudio, type Studio } from '../../src/studio/index.js';
import type { RunDetail, RunsAnswer } from '../../src/studio/wire.js';
import { buildPage, fakeRun, put, temporaryFolder } from './make.js';

const folder = temporaryFolder();
let studio: Studio;
let run = '';
const get = (path: string) => fetch(new URL(path, studio.url));

beforeAll(async () => {
  buildPage();
  const noise = await sharp({
    create: {
      width: 64,
      height: 64,
      channels: 3,
      noise: { type: 'gaussian', mean: 120, sigma: 60 },
      background: 'red',
    },
  })
    .jpeg()
    .toBuffer();
  put(join(folder, 'data/whole.jpg'), noise);
  put(join(folder, 'data/half.jpg'), noise.subarray(0, noise.length / 2));
  put(join(folder, 'data/text.jpg'), 'this is no image');
  const names = ['whole.jpg', 'half.jpg', 'text.jpg'];
  writeFileSync(
    join(folder, 'data/images.csv'),
    `image,caption\n${names.map((name) => `${name},a thing in ${name}\n`).join('')}`,
  );
  const path = fakeRun(join(folder, 'runs/run'), { dataPath: join(folder, 'data/images.csv') });
  const lines = [
    { where: 'half.jpg', reason: 'premature end of JPEG image' },
    { where: 'text.jpg', reason: 'unsupported image format' },
    { where: 'images.csv:9', reason: 'the class "cat" has one image', warning: true },
  ];
  put(join(path, 'skipped.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  studio = await openStudio([join(folder, 'runs')], { out: join(folder, 'reports') });
  const { runs } = (await (await get('/api/runs')).json()) as RunsAnswer;
  run = runs[0]!.id;
});
afterAll(() => studio?.close());

it('lists them, and counts those that were only remarked upon apart', async () => {
  const { runs } = (await (await get('/api/runs')).json()) as RunsAnswer;
  expect(runs[0]!.skipped).toBe(2);
  const { skipped } = (await (await get(`/api/run?run=${run}`)).json()) as RunDetail;
  expect(skipped.map(({ where, warning }) => [where, warning])).toEqual([
    ['half.jpg', false],
    ['text.jpg', false],
    ['images.csv:9', true],
  ]);
});

it('shows what there is of an image, and says why where that is nothing', async () => {
  const shown = await get(`/api/dataset/thumbnail?run=${run}&image=half.jpg`);
  expect([shown.status, shown.headers.get('content-type')]).toEqual([200, 'image/webp']);
  const { width, height } = await sharp(Buffer.from(await shown.arrayBuffer())).metadata();
  expect([width, height]).toEqual([96, 96]);
  const text = await get(`/api/dataset/thumbnail?run=${run}&image=text.jpg`);
  expect([text.status, await text.json()]).toEqual([
    404,
    { error: expect.stringMatching(/text\.jpg cannot be read: .*format/) },
  ]);
  const unknown = await get(`/api/dataset/thumbnail?run=${run}&image=nowhere.jpg`);
  expect(unknown.status).toBe(404);
});

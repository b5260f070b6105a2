// Searching an index and mapping embeddings on the studio's server: by words, id and image, in processes of their own.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { laidOut } from '../../src/studio/embedded-map.js';
import { openStudio, type Studio } from '../../src/studio/index.js';
import type {
  EmbeddingsAnswer,
  ErrorAnswer,
  IndexAnswer,
  RunsAnswer,
  SearchAnswer,
} from '../../src/studio/wire.js';
import { clusteredRows } from '../deploy/make.js';
import { putIndex } from './indexed.js';
import { buildPage, put, temporaryFolder } from './make.js';

const folder = temporaryFolder();
let studio: Studio;
const ids = new Map<string, string>();
const ask = (path: string, init?: RequestInit) => fetch(new URL(path, studio.url), init);
const get = async <T>(path: string): Promise<T> => (await (await ask(path)).json()) as T;

beforeAll(async () => {
  buildPage();
  await putIndex(folder, 'first', { words: true });
  await putIndex(folder, 'second', { weights: [0, 1, 1, 0, 0, 0] });
  put(join(folder, 'broken.index/index.json'), '{"half');
  put(join(folder, 'broken.parquet'), 'no parquet');
  studio = await openStudio([folder], { out: join(folder, 'reports') });
  for (const { id, name } of (await get<RunsAnswer>('/api/runs')).sources)
    ids.set(name.split('/').at(-1)!, id);
}, 120_000);
afterAll(() => studio?.close());

const index = (name: string) => `source=${ids.get(`${name}.index`)}`;

it('says what an index holds', async () => {
  const first = await get<IndexAnswer>(`/api/index?${index('first')}`);
  expect(first).toMatchObject({ size: 36, dimensions: 3, words: true, columns: ['label', 'split'] });
  expect(first.encoder).toContain('first');
  expect((await get<IndexAnswer>(`/api/index?${index('second')}`)).words).toBe(false);
});

it('finds by an id, by words and by the bytes of an image', async () => {
  const near = await get<SearchAnswer>(`/api/search?${index('first')}&id=7.png&k=5`);
  expect(near.found).toHaveLength(5);
  expect(near.found.map(({ id }) => id)).not.toContain('7.png');
  const similarities = near.found.map(({ similarity }) => similarity);
  expect(similarities).toEqual([...similarities].sort((a, b) => b - a));
  const byWords = await get<SearchAnswer>(`/api/search?${index('first')}&text=a+dog&k=3`);
  expect(byWords.found).toHaveLength(3);
  const image = readFileSync(join(folder, 'data/7.png'));
  const answer = await ask(`/api/search?${index('first')}&k=1`, { method: 'POST', body: image });
  const [first] = ((await answer.json()) as SearchAnswer).found;
  expect(first!.similarity).toBeCloseTo(1, 2); // its own row, or one of an image that looks the same; stored as float16
  const thumbnail = await ask(`/api/item/thumbnail?${index('first')}&id=7.png`);
  expect([thumbnail.status, thumbnail.headers.get('content-type')]).toEqual([200, 'image/webp']);
});

it.each<[string, () => Promise<Response>, number, RegExp]>([
  ['an id that is not there', () => ask(`/api/search?${index('first')}&id=77.png`), 400, /no item '77.png'/],
  [
    'words without a map',
    () => ask(`/api/search?${index('second')}&text=dog`),
    400,
    /without a map from text/,
  ],
  ['neither words nor an id', () => ask(`/api/search?${index('first')}`), 400, /expected an id or a text/],
  ['both', () => ask(`/api/search?${index('first')}&id=1&text=dog`), 400, /expected an id or a text/],
  [
    'what is no image',
    () => ask(`/api/search?${index('first')}`, { method: 'POST', body: 'no image' }),
    400,
    /the image cannot be read/,
  ],
  ['an index that is not there', () => ask('/api/index?source=000000000000'), 404, /no index/],
  ['a damaged index', () => ask(`/api/index?${index('broken')}`), 400, /is damaged/],
  [
    'a damaged file of embeddings',
    () => ask(`/api/embeddings?source=${ids.get('broken.parquet')}`),
    400,
    /broken\.parquet/,
  ],
  [
    'a path for an id',
    () => ask(`/api/item/thumbnail?${index('first')}&id=../../etc/passwd`),
    404,
    /not known/,
  ],
])('says what is wrong with %s', async (_, send, status, message) => {
  const answer = await send();
  const { error } = (await answer.json()) as ErrorAnswer;
  expect([answer.status, error]).toEqual([status, expect.stringMatching(message)]);
});

it('lays out a file of embeddings, with its captions and labels', async () => {
  const map = await get<EmbeddingsAnswer>(`/api/embeddings?source=${ids.get('first.parquet')}`);
  expect(map).toMatchObject({ total: 36 });
  expect(map.items).toHaveLength(36);
  expect(map.items[6]).toMatchObject({ id: '6.png', label: 'cat', caption: 'a cat number 6' });
  expect(map.positions).toHaveLength(72);
  const source = ids.get('first.parquet');
  expect((await ask(`/api/item/thumbnail?source=${source}&id=3.png`)).status).toBe(200);
});

it('says that the encoder is gone, and finds again once an index was built anew', async () => {
  rmSync(join(folder, 'second'), { recursive: true });
  const image = readFileSync(join(folder, 'data/7.png'));
  const gone = await ask(`/api/search?${index('second')}`, { method: 'POST', body: image });
  expect([gone.status, ((await gone.json()) as ErrorAnswer).error]).toEqual([
    400,
    expect.stringMatching(/there is no such file or folder/),
  ]);
  rmSync(join(folder, 'second.parquet'));
  await putIndex(folder, 'second', { weights: [0, 1, 1, 0, 0, 0], images: 12 });
  expect((await get<IndexAnswer>(`/api/index?${index('second')}`)).size).toBe(12);
  writeFileSync(join(folder, 'second.index/index.json'), '{}');
  expect((await ask(`/api/index?${index('second')}`)).status).toBe(400);
});

it('places rows beside the most similar ones where they are too many to be laid out', () => {
  const [n, d, landmarks] = [780, 40, 500];
  const rows = clusteredRows(n, d, 1, { clusters: 4, spread: 0.1 });
  const plane = laidOut(rows, d, landmarks);
  expect(plane).toHaveLength(2 * n);
  expect(plane.every(Number.isFinite)).toBe(true);
  // The nearest on the plane of some rows is of the same cluster, whichever of both was laid out or placed.
  const cosine = (a: number, b: number) => {
    let sum = 0;
    for (let j = 0; j < d; j++) sum += rows[a * d + j]! * rows[b * d + j]!;
    return sum;
  };
  const alike = Array.from({ length: 100 }, (_, i) => Math.floor(i * 7.8)).filter((row) => {
    let [best, at] = [Infinity, -1];
    for (let other = 0; other < n; other++) {
      const away = Math.hypot(
        plane[2 * row]! - plane[2 * other]!,
        plane[2 * row + 1]! - plane[2 * other + 1]!,
      );
      if (other !== row && away < best) [best, at] = [away, other];
    }
    return cosine(row, at) > 0.5; // spread 0.1: within a cluster about 0.7, between clusters near 0
  });
  expect(alike.length).toBeGreaterThan(95);
});

// The images behind a comparison's numbers: who is right where, what was answered instead, and how bad that was.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { storeUnits } from '../../src/compare/cell-units.js';
import { openStudio, type Studio } from '../../src/studio/index.js';
import type { CasesAnswer, ComparisonAnswer, ErrorAnswer, RunsAnswer } from '../../src/studio/wire.js';
import { compared } from './compared.js';
import { buildPage, put, temporaryFolder } from './make.js';

const folder = temporaryFolder();
let studio: Studio;
const ids = new Map<string, string>();
const get = async <T>(path: string): Promise<T> => (await (await ask(path)).json()) as T;
const ask = (path: string) => fetch(new URL(path, studio.url));
const cases = (name: string, more = '') =>
  `/api/cases?source=${ids.get(name)}&metric=knn_test&fraction=1&left=xclr&right=supcon${more}`;

beforeAll(async () => {
  buildPage();
  await compared(join(folder, 'whole'));
  await compared(join(folder, 'moved'), { runs: false });
  await compared(join(folder, 'damaged'));
  writeFileSync(join(folder, 'damaged/cells/xclr-s0.json'), '{"half');
  mkdirSync(join(folder, 'climbing'));
  put(
    join(folder, 'climbing/comparison.json'),
    JSON.stringify({ focus: 'xclr', cells: [{ key: '../whole/cells/xclr-s0' }, 7, { key: null }] }),
  );
  studio = await openStudio([folder], { out: join(folder, 'reports') });
  for (const { id, name } of (await get<RunsAnswer>('/api/runs')).sources)
    ids.set(name.split('/').at(-1)!, id);
});
afterAll(() => studio?.close());

it('names the measures that tell of each image', async () => {
  const { byImage } = await get<ComparisonAnswer>(`/api/comparison?source=${ids.get('whole')}`);
  expect(byImage).toEqual(['knn_test']);
});

it('lists images that one method gets right and the other wrong, over the seeds, both ways', async () => {
  const answer = await get<CasesAnswer>(cases('whole'));
  expect(answer).toMatchObject({ images: 6, seeds: 2, counts: { leftOnly: 2, rightOnly: 1, worst: 3 } });
  // Image 0: xclr right in both seeds, supcon in none; image 1: in both against one.
  expect(answer.leftOnly.map(({ id, left, right }) => [id, left, right])).toEqual([
    ['0.png', 1, 0],
    ['1.png', 1, 0.5],
  ]);
  expect(answer.leftOnly[0]).toMatchObject({ caption: 'a cat number 0', label: 'cat', rightSaid: 'truck' });
  expect(answer.rightOnly.map(({ id }) => id)).toEqual(['2.png']);
  const other = await get<CasesAnswer>(
    cases('whole').replace('left=xclr&right=supcon', 'left=supcon&right=xclr'),
  );
  expect(other.rightOnly).toHaveLength(2);
});

it('orders mistakes by how bad they are', async () => {
  const { worst, cost } = await get<CasesAnswer>(cases('whole'));
  expect(cost).toMatch(/similarity/);
  // 4 is taken for the least similar class by both seeds, 2 for a half similar one, 3 by one seed alone.
  expect(worst.map(({ id, leftCost }) => [id, leftCost])).toEqual([
    ['4.png', expect.closeTo(0.9, 5)],
    ['2.png', expect.closeTo(0.5, 5)],
    ['3.png', expect.closeTo(0.9, 5)],
  ]);
});

it('shows places in the data where the runs are not there', async () => {
  const { run, leftOnly } = await get<CasesAnswer>(cases('moved'));
  expect(run).toBeNull();
  expect(leftOnly.map(({ id }) => id)).toEqual(['0', '1']);
});

it.each([
  ['damaged', '', /xclr-s0\.json is damaged/],
  ['climbing', '', /keeps no cells of the method on the left/],
  ['whole', '&metric=mistakes_test', /does not say of each image/],
  ['whole', '&left=nobody', /keeps no cells of the method on the left/],
])('says what is wrong with the comparison %s %s', async (name, change, message) => {
  const parameters = new URLSearchParams(cases(name).split('?')[1]);
  for (const [key, value] of new URLSearchParams(change)) parameters.set(key, value);
  const answer = await ask(`/api/cases?${parameters}`);
  expect([answer.status, ((await answer.json()) as ErrorAnswer).error]).toEqual([
    400,
    expect.stringMatching(message),
  ]);
});

it('knows that a cell without answers tells only right and wrong', () => {
  const units = {
    estimate: 0.5,
    keys: Int32Array.of(4, 7),
    numerators: Float64Array.of(1, 0),
    denominators: Float64Array.of(1, 1),
  };
  expect(storeUnits({ knn_test: units }).answers).toBeUndefined();
});

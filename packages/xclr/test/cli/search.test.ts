// From a run to search as a user meets it: embed, index, search, add, remove; and a kill in the middle.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { runTraining } from '../../src/train/session.js';
import { putDataset, smallConfig, temporaryFolder } from '../train/make.js';
import { xclrHere } from './here.js';
import { command } from './run.js';

const folder = temporaryFolder();
const xclr = xclrHere(folder);
let manifest = '';

beforeAll(async () => {
  manifest = await putDataset(join(folder, 'data'));
  // A map from words to images needs captions that differ.
  const [head, ...rows] = readFileSync(manifest, 'utf8').trimEnd().split('\n');
  const numbered = rows.map((row, i) => row.replace(/,(a \w+),/, `,$1 number ${i},`));
  writeFileSync(manifest, `${[head, ...numbered].join('\n')}\n`);
  await runTraining(smallConfig(manifest, join(folder, 'run'), { steps: 3 }));
  await runTraining(smallConfig(manifest, join(folder, 'other'), { steps: 3, seed: 1 }));
});

describe('from a run to search', () => {
  it('embeds, indexes, and finds by id, image and words', async () => {
    const embedded = await xclr('embed', 'run', manifest, 'all.parquet', '--threads', '1');
    expect(embedded.err + embedded.out).toMatch(/40 vectors of 64 numbers/);
    const built = await xclr('index', 'build', 'shop', 'all.parquet', '--text-encoder', 'wordnet');
    expect(built.out + built.err).toMatch(/40 items, 64 numbers each/);
    const byId = JSON.parse((await xclr('search', 'shop', '--id', 'cat-0.png', '-k', '3', '--json')).out);
    expect(byId).toHaveLength(3);
    expect(byId.map((one: { id: string }) => one.id)).not.toContain('cat-0.png');
    const byImage = JSON.parse(
      (await xclr('search', 'shop', '--image', 'data/dog-2.png', '-k', '1', '--json')).out,
    );
    expect(byImage[0].id).toBe('dog-2.png');
    const byText = await xclr(
      'search',
      'shop',
      '--text',
      'a truck',
      '-k',
      '2',
      '--filter',
      'label=truck|car',
      '--html',
      'page.html',
    );
    expect(byText.out).toMatch(/(truck|car)-\d\.png/);
    expect(readFileSync(join(folder, 'page.html'), 'utf8')).toContain('</html>');
  });

  it('removes items, and adds them again', async () => {
    expect((await xclr('index', 'remove', 'shop', 'cat-0.png')).out).toMatch(/1 items removed, 39 left/);
    expect((await xclr('search', 'shop', '--id', 'cat-0.png')).err).toMatch(/has no item 'cat-0.png'/);
    await xclr('index', 'add', 'shop', 'all.parquet');
    expect((await xclr('index', 'info', 'shop')).out).toMatch(/40 items/);
  });

  it.each([
    [
      'another encoder’s image',
      ['search', 'shop', '--image', 'data/cat-1.png', '--encoder', 'other'],
      /encoder/,
    ],
    ['a file that is no image', ['search', 'shop', '--image', 'data/images.csv'], /cannot be read/],
    ['an unknown column', ['search', 'shop', '--id', 'cat-1.png', '--filter', 'colr=red'], /colr/],
    ['no question', ['search', 'shop'], /--image|--id|--text/],
    ['an index that is none', ['search', 'data', '--id', 'x'], /index/],
  ])('refuses %s', async (_, args, message) => {
    const { code, err } = await xclr(...args);
    expect(code).not.toBe(0);
    expect(err).toMatch(message);
    expect(err).not.toMatch(/\n {4}at /);
  });

  it('embedding resumes after kills, and ends with the same bytes', async () => {
    const args = ['embed', 'run', manifest, 'killed.npy', '--batch-size', '2', '--threads', '1'];
    expect(
      (await xclr('embed', 'run', manifest, 'whole.npy', '--batch-size', '2', '--threads', '1')).code,
    ).toBe(0);
    for (const after of [900, 1300]) {
      const child = spawn(process.execPath, [command, ...args], { cwd: folder, stdio: 'ignore' });
      const closed = once(child, 'close');
      await sleep(after);
      child.kill('SIGKILL');
      await closed;
    }
    expect((await xclr(...args)).code).toBe(0);
    expect(existsSync(join(folder, 'killed.npy'))).toBe(true);
    expect(readFileSync(join(folder, 'killed.npy')).equals(readFileSync(join(folder, 'whole.npy')))).toBe(
      true,
    );
  });
});

// Images without classes or captions: taken where asked for, and only there.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDataset } from '../../src/data/index.js';

let folder = '';

async function put(path: string): Promise<void> {
  await sharp({ create: { width: 8, height: 8, channels: 3, background: '#246' } })
    .png()
    .toFile(path);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'xclr-flat-'));
  for (const name of ['flat', 'classes/cat', 'classes/dog', 'none'])
    mkdirSync(join(folder, name), { recursive: true });
  for (const path of [
    'flat/b.png',
    'flat/a.png',
    'classes/cat/1.png',
    'classes/dog/1.png',
    'classes/stray.png',
  ])
    await put(join(folder, path));
  writeFileSync(join(folder, 'flat/README.md'), 'no image');
  writeFileSync(join(folder, 'flat/notes.txt'), 'no image either');
});
afterAll(() => rmSync(folder, { recursive: true }));

const open = (name: string) => openDataset(join(folder, name), { imagesAlone: true, maxFailureRate: 1 });

describe('images alone', () => {
  it('are a data set without classes, captions and splits', async () => {
    const { samples, source, problems } = await open('flat');
    expect(source).toBe('images alone');
    expect(samples.map(({ id }) => id)).toEqual(['a.png', 'b.png']);
    expect(samples[0]).toMatchObject({ captions: [], label: null, split: null });
    expect(problems.map(({ where }) => where)).toEqual(['notes.txt']);
  });

  it('may be one image', async () => {
    const { samples } = await open('flat/b.png');
    expect(samples.map(({ id }) => id)).toEqual(['b.png']);
  });

  it('are not mistaken for classes, nor classes for them', async () => {
    const { source, samples } = await open('classes');
    expect(source).toBe('class folders');
    expect(samples.map(({ label }) => label)).toEqual(['cat', 'dog']);
  });

  it('are no data to train on', async () => {
    await expect(openDataset(join(folder, 'flat'))).rejects.toThrow(
      /no class folders[\s\S]*Put each class into a folder[\s\S]*xclr embed takes images without/,
    );
    await expect(openDataset(join(folder, 'flat/a.png'))).rejects.toThrow(/not a known kind of data/);
  });

  it.each([
    ['an empty folder', 'none', /no class folders/],
    ['a missing folder', 'nothing', /does not exist[\s\S]*Check the path/],
  ])('refuses %s', async (_, name, message) => {
    await expect(open(name)).rejects.toThrow(message);
  });

  it('follows links to images', async () => {
    mkdirSync(join(folder, 'links'));
    symlinkSync(join(folder, 'flat/a.png'), join(folder, 'links/a.png'));
    expect((await open('links')).samples).toHaveLength(1);
  });
});

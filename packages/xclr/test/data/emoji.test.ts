// The emoji set: figures, splits, reuse, resumption, credits.

import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { readConcepts } from '../../src/data/emoji/concepts.js';
import { svgOf } from '../../src/data/emoji/draw.js';
import { conceptGroups, emojiStyles, openEmoji, renderEmoji } from '../../src/data/emoji.js';
import { splitByHash } from '../../src/data/split.js';
import { asideOf, clearAsides } from '../../src/util/files.js';
import { temporaryFolder } from './make.js';

const styles = emojiStyles.map(({ style }) => style);

describe('the concepts', () => {
  const concepts = readConcepts({ styles, minimumStyles: 4 });

  it('are over a thousand in at least four styles', () => {
    const images = concepts.reduce((sum, { icons }) => sum + icons.size, 0);
    expect(concepts.length).toBeGreaterThan(1150);
    expect(images).toBeGreaterThan(5700);
    expect(new Set(concepts.map(({ concept }) => concept)).size).toBe(concepts.length);
    expect(new Set(concepts.map(({ group }) => group))).toEqual(new Set(conceptGroups()));
  });

  it('know a dog', () => {
    const dog = concepts.find(({ concept }) => concept === 'dog-face');
    expect(dog).toMatchObject({ name: 'dog face', group: 'animals-nature', subgroup: 'animal-mammal' });
    expect(dog?.keywords).toContain('puppy');
    expect([...(dog?.icons.keys() ?? [])]).toEqual(styles);
  });

  it('fall into the three splits by 70, 15 and 15 percent', () => {
    const fractions = { train: 0.7, validation: 0.15, test: 0.15 };
    const fraction = (split: string) =>
      concepts.filter(({ concept }) => splitByHash(concept, fractions) === split).length / concepts.length;
    expect(fraction('train')).toBeCloseTo(0.7, 1);
    expect(fraction('validation')).toBeCloseTo(0.15, 1);
    expect(fraction('test')).toBeCloseTo(0.15, 1);
  });
});

describe('a drawing', () => {
  it('is flipped and turned as an alias says', async () => {
    const body = '<rect width="5" height="5" fill="#f00"/>'; // top left quarter
    const corner = async (change: object) => {
      const svg = svgOf({ body, width: 10, height: 10, ...change }, 4);
      const data = await sharp(Buffer.from(svg)).ensureAlpha().raw().toBuffer();
      return [0, 3, 12, 15].filter((at) => data[at * 4] === 255); // of: top left, top right, bottom left, bottom right
    };
    expect(await corner({})).toEqual([0]);
    expect(await corner({ hFlip: true })).toEqual([3]);
    expect(await corner({ vFlip: true })).toEqual([12]);
    expect(await corner({ rotate: 1 })).toEqual([3]);
    expect(await corner({ rotate: 2 })).toEqual([15]);
  });
});

describe('renderEmoji', () => {
  const options = { folder: temporaryFolder(), size: 24, groups: ['food-drink'] };
  const path = (name: string) => join(options.folder, name);

  it('draws a group, writes manifest and credits, and opens as a dataset', async () => {
    const seen: number[] = [];
    const dataset = await openEmoji({ ...options, onProgress: (done) => seen.push(done) });
    expect(dataset.samples.length).toBeGreaterThan(400);
    expect(dataset.problems.filter(({ warning }) => !warning)).toEqual([]);
    expect(seen.at(-1)).toBe(dataset.samples.length);
    const apple = dataset.samples.find(({ id }) => id === 'twemoji/red-apple');
    expect(apple).toMatchObject({ captions: ['red apple'], label: 'food-fruit' });
    expect(apple?.attributes).toMatchObject({ style: 'twemoji', concept: 'red-apple', group: 'food-drink' });
    const splitsOf = dataset.samples.filter((sample) => sample.attributes.concept === 'red-apple');
    expect(new Set(splitsOf.map(({ split }) => split)).size).toBe(1);
    const { width, height, hasAlpha } = await sharp(apple!.image.path).metadata();
    expect([width, height, hasAlpha]).toEqual([24, 24, true]);
    const [, , , alpha] = await sharp(apple!.image.path).raw().toBuffer();
    expect(alpha).toBe(0); // the corner is transparent
    const notice = readFileSync(path('NOTICE.md'), 'utf8');
    for (const style of styles) expect(notice).toContain(`@iconify-json/${style}`);
    expect(notice).toContain('CC-BY-4.0');
  });

  it('recognizes a complete rendering and touches nothing', async () => {
    const before = statSync(path('manifest.csv')).mtimeMs;
    expect((await renderEmoji(options)).drawn).toBe(0);
    expect(statSync(path('manifest.csv')).mtimeMs).toBe(before);
  });

  it('draws only what an interruption left out', async () => {
    const manifest = readFileSync(path('manifest.csv'), 'utf8');
    const stamp = JSON.parse(readFileSync(path('.rendering.json'), 'utf8'));
    writeFileSync(path('.rendering.json'), JSON.stringify({ pixels: stamp.pixels })); // as before the first image
    rmSync(path('manifest.csv'));
    rmSync(path('noto/red-apple.png'));
    const half = asideOf(path('noto/pear.png')).replace(`.${process.pid}-`, '.4194304-'); // of a process that has ended
    writeFileSync(half, 'half');
    rmSync(path('noto/pear.png'));
    expect((await renderEmoji(options)).drawn).toBe(2);
    expect(readFileSync(path('manifest.csv'), 'utf8')).toBe(manifest);
    clearAsides(path('noto'));
    expect(existsSync(half)).toBe(false);
  });

  it('draws everything anew at another size', async () => {
    const { drawn, images } = await renderEmoji({ ...options, size: 16 });
    expect(drawn).toBe(images);
    expect((await sharp(path('noto/red-apple.png')).metadata()).width).toBe(16);
  });

  it('refuses unknown names with the nearest', async () => {
    await expect(renderEmoji({ ...options, groups: ['food-drinks'] })).rejects.toThrow(
      /Did you mean "food-drink"/,
    );
    await expect(renderEmoji({ ...options, styles: ['twemojis'] })).rejects.toThrow(/Did you mean "twemoji"/);
    await expect(renderEmoji({ ...options, size: 0 })).rejects.toThrow(/8 to 1024 pixels, got 0/);
  });
});

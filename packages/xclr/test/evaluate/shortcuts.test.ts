// Shortcuts: planted ones are found, images that differ in nothing but what they show have none, near-copies are counted.
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { imageFacts } from '../../src/evaluate/image-facts.js';
import {
  majorityAccuracy,
  nearDuplicates,
  shortcutAccuracies,
  toldBest,
} from '../../src/evaluate/shortcuts.js';
import { Random } from '../../src/util/random.js';
import { put, temporaryFolder } from '../data/make.js';
import { makeDataset } from './make.js';

/** Noise in a border of one gray. */
async function image(path: string, side: number, border: number, seed: number): Promise<void> {
  const random = new Random(seed, 77);
  const pixels = Uint8Array.from({ length: side * side * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % side, Math.floor(i / 3 / side)];
    const inner = Math.min(x, y, side - 1 - x, side - 1 - y) > side / 8;
    return inner ? Math.floor(256 * random.uniform()) : border;
  });
  await sharp(pixels, { raw: { width: side, height: side, channels: 3 } })
    .png()
    .toFile(path);
}

/** Class b has a white border; both are of one size. */
async function scene() {
  const folder = temporaryFolder();
  const samples: { image: { path: string }; label: string }[] = [];
  for (let i = 0; i < 32; i++) {
    const path = join(folder, `${i}.png`);
    await image(path, 32, i % 2 === 0 ? 10 : 250, i);
    samples.push({ image: { path }, label: i % 2 === 0 ? 'a' : 'b' });
  }
  samples.push({ image: { path: put(join(folder, 'broken.png'), 'no image') }, label: 'a' });
  const dataset = makeDataset(samples);
  const facts = (await imageFacts(dataset, Int32Array.from(samples.keys()))).map((one) => ({
    ...one,
    class: samples[one.sample]!.label,
  }));
  return { facts, gallery: facts.slice(0, 20), queries: facts.slice(20) };
}

describe('shortcuts', () => {
  it('finds what was planted, and not what was not', async () => {
    const { facts, gallery, queries } = await scene();
    expect(facts).toHaveLength(32); // the broken one is left out
    expect(facts[0]).toMatchObject({ width: 32, height: 32 });
    const found = shortcutAccuracies(gallery, queries, { k: 5 });
    expect(found.map(({ name }) => name)).toEqual(['size', 'aspect', 'file', 'border', 'mean gray']);
    const [size, aspect, , border] = found;
    expect(border!.accuracy).toBe(1);
    expect(border!.classes).toEqual([
      { name: 'a', queries: 6, accuracy: 1, mistaken: 0 },
      { name: 'b', queries: 6, accuracy: 1, mistaken: 0 },
    ]);
    expect(toldBest(found)).toMatchObject({ hint: 'border', name: 'a' });
    expect(size!.accuracy).toBe(0.5); // all are equal: the answer is the same for each
    const always = size!.classes.find(({ accuracy }) => accuracy === 1);
    expect(always).toMatchObject({ mistaken: 1 }); // so that the one it recognizes is not told by it
    expect(toldBest([size!, aspect!])).toBeUndefined();
    expect(aspect!.accuracy).toBe(0.5);
    expect(majorityAccuracy(gallery, queries)).toBe(0.5);
    expect(border!.interval).not.toBeNull();
  });

  it('counts queries with a near-copy, whatever its brightness, and not the query itself', async () => {
    const { gallery, queries } = await scene();
    expect(nearDuplicates(gallery, queries, 0.99)).toEqual([]);
    expect(nearDuplicates(gallery, gallery, 0.99)).toEqual([]);
    const darker = { ...gallery[3]!, sample: 99, small: gallery[3]!.small.map((one) => one * 0.8) };
    expect(nearDuplicates(gallery, [...queries, darker], 0.99)).toEqual([99]);
  });
});

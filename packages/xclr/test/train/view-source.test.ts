// To what size images are decoded for a run's views, and how many bytes that makes.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDataset } from '../../src/data/index.js';
import { resolveTrainConfig } from '../../src/train/config.js';
import { decodedBytes, typicalImages, typicalSide } from '../../src/train/typical-images.js';
import { viewSource } from '../../src/train/view-source.js';
import { put, solid, temporaryFolder } from '../data/make.js';

const shorter = (views: Record<string, unknown>) =>
  viewSource(resolveTrainConfig({ base: { data: { path: 'x' } }, overrides: { views } }).views).shorter;

describe('the size that images are decoded to', () => {
  it('leaves the smallest crop a pixel for each of its view, and evaluation two', () => {
    expect(shorter({ size: 224, recipe: 'simclr' })).toBe(Math.ceil(224 / Math.sqrt(0.08))); // 792
    expect(shorter({ size: 64, recipe: 'simclr' })).toBe(227);
    expect(shorter({ size: 64, recipe: 'light' })).toBe(128); // twice 64: evaluation needs more than crops of a half
    expect(shorter({ size: 64, recipe: 'supcon' })).toBe(147); // twice 64 / 0.875
    // Local crops of a twentieth at 96 pixels need 430; full ones of 14 % at 224 need 599.
    expect(shorter({ size: 224, recipe: 'multicrop' })).toBe(599);
    const small = { localCrops: { count: 2, size: 160, scale: [0.05, 0.14] } };
    expect(shorter({ size: 224, recipe: 'multicrop', overrides: small })).toBe(716);
  });

  it('is that of the placement for cut-outs, and what was asked for', () => {
    expect(shorter({ size: 64, recipe: 'emoji' })).toBe(116); // evaluation's .9, twice
    expect(shorter({ size: 64, recipe: 'simclr', source: 86 })).toBe(86);
  });
});

describe('the bytes of decoded images', () => {
  it('are estimated from headers', async () => {
    const root = temporaryFolder();
    put(join(root, 'a', '1.jpg'), await solid(400, 300, [1, 2, 3]).jpeg().toBuffer());
    put(join(root, 'a', '2.png'), await solid(40, 30, [1, 2, 3, 9]).png().toBuffer());
    const dataset = await openDataset(root);
    const sizes = await typicalImages(dataset, Int32Array.of(0, 1));
    expect(decodedBytes(sizes, { shorter: 300 })).toBe((400 * 300 * 3 + 40 * 30 * 4) / 2);
    expect(decodedBytes(sizes, { shorter: 150 })).toBe((200 * 150 * 3 + 40 * 30 * 4) / 2);
    expect(decodedBytes([], { shorter: 150 })).toBe(150 * 150 * 3);
    expect(typicalSide(sizes)).toBeCloseTo(Math.sqrt(400 * 300));
    expect(typicalSide([])).toBeUndefined();
  });
});

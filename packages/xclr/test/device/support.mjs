// A small captioned data set and settings that train in seconds, without development dependencies.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { device } from '../../../torch/test/device/support.mjs';
import { openDataset } from '../../dist/data/index.js';
import { resolveTrainConfig } from '../../dist/train/config.js';
import { createObjective } from '../../dist/train/objectives/index.js';

export * from '../../../torch/test/device/support.mjs';

export const folder = mkdtempSync(join(tmpdir(), 'xclr-device-'));
/** As settings name it: 'cuda' becomes 'cuda:0'. */
export const place = device === 'cuda' ? 'cuda:0' : device;

const things = ['cat', 'dog', 'horse', 'eagle', 'truck', 'car', 'apple', 'pear'];

/** Eight kinds of thing, five images each, four to train on; and a table of word vectors. */
export async function putDataset() {
  const data = join(folder, 'data');
  mkdirSync(data, { recursive: true });
  const rows = ['image,caption,label,split'];
  for (const [kind, name] of things.entries()) {
    for (let i = 0; i < 5; i++) {
      const file = `${name}-${i}.png`;
      const background = { r: 30 * kind, g: 255 - 30 * kind, b: 50 * i };
      await sharp({ create: { width: 48, height: 40, channels: 3, background } })
        .png()
        .toFile(join(data, file));
      rows.push(`${file},a ${name},${name},${i === 4 ? 'validation' : 'train'}`);
    }
  }
  const manifest = join(data, 'images.csv');
  writeFileSync(manifest, `${rows.join('\n')}\n`);
  const words = things.map(
    (name, i) => `${name} ${things.map((_, j) => (i === j ? 1 : i >> 1 === j >> 1 ? 0.5 : 0.1)).join(' ')}`,
  );
  const vectors = join(folder, 'words.txt');
  writeFileSync(vectors, `${words.join('\n')}\n`);
  return { manifest, text: { kind: 'text', encoder: 'static', model: vectors, temperature: 0.2 } };
}

/** Settings of a small run. */
export function smallConfig({ manifest, text }, run, changes = {}) {
  return resolveTrainConfig({
    base: {
      run: join(folder, run),
      data: { path: manifest },
      encoder: { name: 'resnet18', stem: 'standard', width: 0.25 },
      views: { size: 32, recipe: 'light' },
      graph: text,
      optimizer: { name: 'sgd', lr: 0.05 },
      batchSize: 8,
      steps: 20,
      precision: 'float32',
      device,
      threads: 1,
      workers: 1,
      logEvery: 1,
    },
    overrides: changes,
  });
}

/** What each method needs beside its name. */
export const methods = ({ text }) => ({
  xclr: { method: 'xclr', graph: text },
  simclr: { method: 'simclr', graph: { kind: 'identity' } },
  supcon: { method: 'supcon', graph: { kind: 'labels' } },
  clip: {
    method: 'clip',
    graph: { kind: 'identity' },
    textTower: { width: 32, heads: 2, layers: 2, vocabulary: 520 },
  },
  'clip-frozen': { method: 'clip-frozen', graph: text },
  supervised: { method: 'supervised', graph: { kind: 'labels' } },
});

/** The objective of some settings on a device. */
export async function objectiveOf(config, on) {
  return createObjective({
    config,
    dataset: await openDataset(config.data.path),
    training: Int32Array.from({ length: 40 }, (_, i) => i),
    validation: new Int32Array(),
    device: on,
    onNotice: () => undefined,
    runFolder: mkdtempSync(join(folder, 'objective-')),
  });
}

/** Images of the given shape, of patterns that differ. */
export const images = (count, side = 40, channels = 3) =>
  Array.from({ length: count }, (_, place) => ({
    pixels: Uint8Array.from({ length: side * side * channels }, (_, i) => ((place * 4800 + i) * 7919) % 256),
    width: side,
    height: side,
    channels,
    aspect: 1,
  }));

export const batchOf = (count) => ({
  indices: Int32Array.from({ length: count }, (_, i) => 5 * (i % 8) + Math.floor(i / 8)),
  images: images(count),
  position: { epoch: 0 },
});

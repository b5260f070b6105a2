// A small captioned data set and settings that train in seconds.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { resolveTrainConfig, type TrainConfig } from '../../src/train/config.js';

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'xclr-train-'));
}

const animals = ['cat', 'dog', 'horse', 'eagle', 'truck', 'car', 'apple', 'pear'];

/** Eight kinds of thing, five images each: four to train on, one to validate on. */
export async function putDataset(folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const rows = ['image,caption,label,split'];
  for (const [kind, name] of animals.entries()) {
    for (let i = 0; i < 5; i++) {
      const file = `${name}-${i}.png`;
      const background = { r: 30 * kind, g: 255 - 30 * kind, b: 50 * i };
      await sharp({ create: { width: 24, height: 20, channels: 3, background } })
        .png()
        .toFile(join(folder, file));
      rows.push(`${file},a ${name},${name},${i === 4 ? 'validation' : 'train'}`);
    }
  }
  const manifest = join(folder, 'images.csv');
  writeFileSync(manifest, `${rows.join('\n')}\n`);
  return manifest;
}

/** Four steps an epoch; deterministic in every bit on one thread. */
export function smallConfig(
  manifest: string,
  run: string,
  changes: Record<string, unknown> = {},
): TrainConfig {
  return resolveTrainConfig({
    base: {
      run,
      data: { path: manifest },
      encoder: { name: 'resnet18', stem: 'standard', width: 0.125 },
      views: { size: 32, recipe: 'light' },
      graph: { kind: 'text', encoder: 'wordnet', temperature: 'auto' },
      optimizer: { name: 'adamw', lr: 0.001 },
      batchSize: 8,
      steps: 10,
      precision: 'float32',
      threads: 1,
      workers: 1,
      logEvery: 1,
    },
    overrides: changes,
  });
}

/** A batch of four images of 40×40 pixels, of the first four concepts of `putDataset`'s table. */
export const fourImages = {
  indices: Int32Array.of(0, 5, 10, 15),
  images: Array.from({ length: 4 }, (_, place) => ({
    pixels: Uint8Array.from({ length: 40 * 40 * 3 }, (_, i) => ((place * 4800 + i) * 7919) % 256),
    width: 40,
    height: 40,
    channels: 3 as const,
    aspect: 1,
  })),
  position: { epoch: 0 },
} as const;

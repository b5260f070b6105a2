// Run folders with snapshots for the studio's tests: images on the disk, vectors that are made up.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { type SampledImage, writeSample, writeSnapshot } from '../../src/train/snapshots/files.js';
import { fakeRun } from './make.js';

const kinds = ['cat', 'dog', 'horse', 'truck', 'car', 'apple'];

export interface FakeSample {
  readonly images?: number;
  readonly steps?: readonly number[];
  /** Says more of each caption, such as HTML. */
  readonly more?: string;
}

/** Images of plain colors, `images` of them in six kinds. */
export async function putImages(folder: string, images: number, more = ''): Promise<SampledImage[]> {
  mkdirSync(folder, { recursive: true });
  return Promise.all(
    Array.from({ length: images }, async (_, i) => {
      const kind = i % kinds.length;
      const path = join(folder, `${i}.png`);
      const background = { r: 40 * kind, g: 255 - 40 * kind, b: (i * 37) % 255 };
      await sharp({ create: { width: 24, height: 20, channels: 3, background } })
        .png()
        .toFile(path);
      const label = kinds[kind]!;
      const caption = `a ${label} number ${i}${more}`;
      return {
        id: `${i}.png`,
        captions: [caption],
        label,
        attributes: { size: String(i % 3) },
        image: { path },
      };
    }),
  );
}

/** Unit rows: a kind's direction, reached more as steps go on, and a little of each image's own. */
function rows(images: number, columns: number, step: number, total: number) {
  const values = new Float32Array(images * columns);
  for (let i = 0; i < images; i++) {
    const row = values.subarray(i * columns, (i + 1) * columns);
    for (let j = 0; j < columns; j++) row[j] = 0.4 * Math.sin(i * 12.9898 + j * 78.233);
    row[i % kinds.length]! += 0.2 + (2 * step) / total;
    const length = Math.hypot(...row);
    for (let j = 0; j < columns; j++) row[j]! /= length;
  }
  return { values, rows: images, columns };
}

/** A finished run with snapshots; its graph says that images of one kind are similar, and two kinds half. */
export async function sampledRun(folder: string, data: string, options: FakeSample = {}): Promise<string> {
  const { images = 36, steps = [0, 50, 100], more = '' } = options;
  fakeRun(folder, { seed: steps.length });
  const sample = await putImages(data, images, more);
  const similarities = new Float32Array(images * images);
  for (let a = 0; a < images; a++) {
    for (let b = 0; b < images; b++) {
      const apart = Math.abs((a % kinds.length) - (b % kinds.length));
      similarities[a * images + b] = a === b ? 1 : apart === 0 ? 0.9 : apart === 1 ? 0.5 : 0.1;
    }
  }
  const snapshots = join(folder, 'snapshots');
  mkdirSync(snapshots, { recursive: true });
  writeSample(
    snapshots,
    {
      kind: 'xclr snapshots 1',
      data: { name: 'products', fingerprint: 'f' },
      graph: 'caption similarity by wordnet, τ_s 0.3',
      temperature: 0.3,
      images: sample,
    },
    similarities,
  );
  for (const step of steps)
    writeSnapshot(snapshots, {
      step,
      seconds: 0.1,
      features: rows(images, 16, step, 100),
      projected: rows(images, 8, step, 100),
    });
  return folder;
}

// Whether a GPU is kept busy: a real training of a large encoder on small images, decoding and views included.
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import sharp from 'sharp';
import { readMetrics } from '../../dist/train/metrics-log.js';
import { runTraining } from '../../dist/train/session.js';
import { folder, onGpu, smallConfig } from './support.mjs';

after(() => rmSync(folder, { recursive: true, force: true }));

/** Noise over a color, so that decoding costs what a photograph's does. */
async function putImages(count, side) {
  const data = join(folder, 'many');
  mkdirSync(data, { recursive: true });
  const rows = ['image,caption,label,split'];
  await Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const pixels = Buffer.from(
        Uint8Array.from(
          { length: side * side * 3 },
          (_, at) => (((at + i * 977) * 2_654_435_761) >>> 25) + (i % 128),
        ),
      );
      const image = sharp(pixels, { raw: { width: side, height: side, channels: 3 } });
      await image.jpeg().toFile(join(data, `${i}.jpg`));
    }),
  );
  for (let i = 0; i < count; i++) rows.push(`${i}.jpg,thing ${i % 16},thing ${i % 16},train`);
  const manifest = join(data, 'images.csv');
  writeFileSync(manifest, `${rows.join('\n')}\n`);
  return manifest;
}

test('ResNet-50 at 64 pixels, 256 images in two views, bfloat16', {
  skip: !onGpu && 'only GPUs',
}, async () => {
  const manifest = await putImages(1024, 96);
  const config = smallConfig({ manifest, text: { kind: 'labels' } }, 'speed', {
    method: 'supcon',
    encoder: { name: 'resnet50', stem: 'standard', width: 1 },
    views: { size: 64, recipe: 'simclr' },
    batchSize: 256,
    steps: 80,
    precision: 'bfloat16',
    threads: 'auto',
    workers: 'auto',
    logEvery: 20,
  });
  const { run, dataFraction } = await runTraining(config);
  const rows = readMetrics(run);
  for (const { step, viewsPerSecond, dataSeconds, stepSeconds } of rows)
    console.log(
      `  step ${step}: ${Math.round(viewsPerSecond)} views/s; ${(1000 * stepSeconds).toFixed(1)} ms a step, of which ${(1000 * dataSeconds).toFixed(1)} waiting for views`,
    );
  console.log(
    `  waited for data: ${(100 * dataFraction).toFixed(0)} % of the time, on ${availableParallelism()} cores`,
  );
  // Said as a number, not judged: another GPU or fewer cores are no fault. Learning is.
  assert.ok(rows.every(({ loss }) => Number.isFinite(loss)));
});

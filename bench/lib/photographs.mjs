// Images as large and as detailed as photographs, made from a seed: noise in octaves, as natural images have it
// (amplitude ∝ 1 / frequency), so that a JPEG of 500×375 takes about as many bytes as one of ImageNet's.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from '../../node_modules/sharp/dist/index.mjs';
import { Random } from '../../packages/xclr/dist/util/random.js';

const octaves = [3, 7, 15, 31, 63, 125, 250];

/** (height, width, 3) RGB bytes. */
async function photograph(width, height, seed) {
  const random = new Random(seed);
  const sum = new Float32Array(width * height * 3).fill(128);
  for (const cells of octaves) {
    const rows = Math.max(2, Math.round((cells * height) / width));
    const noise = Uint8Array.from({ length: cells * rows * 3 }, () => random.below(256));
    const layer = await sharp(noise, { raw: { width: cells, height: rows, channels: 3 } })
      .resize(width, height, { fit: 'fill', kernel: 'cubic' })
      .raw()
      .toBuffer();
    const amplitude = 0.75 * (octaves[0] / cells) ** 0.4;
    for (let i = 0; i < sum.length; i++) sum[i] += amplitude * (layer[i] - 128);
  }
  return Uint8ClampedArray.from(sum);
}

/** Fills `folder` with class folders of JPEGs, quality 90, where they are not there yet; gives the folder. */
export async function photographs(folder, { count, width = 500, height = 375, classes = 8 }) {
  const done = join(folder, `.${count}-${width}x${height}`);
  if (existsSync(done)) return folder;
  for (let i = 0; i < count; i++) {
    const place = join(folder, `class-${i % classes}`);
    mkdirSync(place, { recursive: true });
    const pixels = await photograph(width, height, i);
    await sharp(pixels, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: 90 })
      .toFile(join(place, `${String(i).padStart(5, '0')}.jpg`));
  }
  writeFileSync(done, '');
  return folder;
}

// A small set with known faults: three classes, uneven, one caption shared, some files broken.
import { join } from 'node:path';
import sharp from 'sharp';
import { put, temporaryFolder } from '../data/make.js';

/** Width, height and class of each image, in order. */
export const images = [
  ...Array.from({ length: 12 }, (_, i) => ({
    name: `cat-${i}.jpg`,
    label: 'cat',
    width: 60 + i,
    height: 40,
  })),
  ...Array.from({ length: 5 }, (_, i) => ({ name: `dog-${i}.png`, label: 'dog', width: 30, height: 90 })),
  { name: 'crane-0.png', label: 'crane (bird)', width: 50, height: 50 },
];

export async function image(name: string, width: number, height: number): Promise<Buffer> {
  const drawn = sharp({
    create: { width, height, channels: 3, background: { r: width * 2, g: height, b: 90 } },
  });
  return name.endsWith('.jpg') ? drawn.jpeg().toBuffer() : drawn.png().toBuffer();
}

/** Writes a manifest with its images; `broken` files hold text instead. Returns the manifest's path. */
export async function putSet({
  broken = [] as readonly string[],
  caption = (label: string, i: number) => `a ${label} number ${i}`,
} = {}): Promise<string> {
  const root = temporaryFolder();
  const rows = ['image,caption,label,color'];
  for (const [i, { name, label, width, height }] of images.entries()) {
    put(join(root, name), broken.includes(name) ? 'this is no image' : await image(name, width, height));
    rows.push(`${name},${caption(label, i)},${label},${i % 2 === 0 ? 'red' : 'blue'}`);
  }
  return put(join(root, 'things.csv'), `${rows.join('\n')}\n`);
}

// A small image for the page, made in a process beside the studio's: many megapixels and a disk that hangs cost the studio nothing.
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import sharp from 'sharp';
import { to8Bits } from '../data/decode/value-range.js';
import { type ImageRef, readImage } from '../data/index.js';

/** Images decoded at a time; one of many megapixels takes a hundred megabytes. */
const atOnce = 2;
sharp.cache(false);
sharp.concurrency(1);

let working = 0;
const waiting: (() => void)[] = [];

/** A WebP of the whole image within a square. @throws {Error} where it cannot be read */
export async function makeThumbnail(image: ImageRef, size: number): Promise<Uint8Array<ArrayBuffer>> {
  await answers(image); // before its turn: an image whose disk hangs holds up no other one
  if (working >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
  working++;
  try {
    return await made(image, size);
  } finally {
    working--;
    waiting.shift()?.();
  }
}

/** Waits, on a thread of its own, until the first byte of the image is there. */
async function answers({ path, part }: ImageRef): Promise<void> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    await file.read(Buffer.alloc(1), 0, 1, part?.offset ?? 0);
  } finally {
    await file.close();
  }
}

async function made(image: ImageRef, size: number): Promise<Uint8Array<ArrayBuffer>> {
  const { bytes, raw } = await to8Bits(readImage(image));
  const webp = await sharp(bytes, { failOn: 'none', ...(raw && { raw }) })
    .rotate()
    .resize(size, size, { fit: 'inside', withoutEnlargement: size > 256 })
    .webp({ quality: 80 })
    .toBuffer();
  return Uint8Array.from(webp);
}

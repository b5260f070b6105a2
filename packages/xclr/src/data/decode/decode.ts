// One picture to S×S RGBA pixels.

import sharp from 'sharp';
import type { PictureRef } from '../types.js';
import { readPicture } from './read.js';

/** A decoded picture. */
export interface Decoded {
  /** (S, S, 4) RGBA, 8 bits a channel, sRGB, alpha not premultiplied. */
  readonly pixels: Uint8Array;
  /** Width over height of the picture as seen, before it was squashed to a square. */
  readonly aspect: number;
}

/** Pictures larger than this many pixels are refused, as a bomb rather than a photograph: 268 megapixels. */
export const limitInputPixels = 0x4000 * 0x4000;

/**
 * Reads and decodes one picture: oriented by EXIF, converted to sRGB, first frame of an animation, squashed to
 * size × size with an antialiased triangle filter. A truncated or damaged file is an error, never a grey picture.
 * Costs about 1 ms for a 500×375 JPEG; half of that again goes when the picture already is size × size.
 */
export async function decodePicture(picture: PictureRef, size: number): Promise<Decoded> {
  const { bytes, raw } = readPicture(picture);
  const options = { failOn: 'error', limitInputPixels, autoOrient: true, ...(raw && { raw }) } as const;
  const seen = raw ?? (await sharp(bytes, options).metadata()).autoOrient;
  const { data, info } = await sharp(bytes, options)
    .resize(size, size, { fit: 'fill', kernel: 'linear' })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  if (data.length !== size * size * 4) {
    throw new Error(`decoded to ${info.channels} channels of ${info.width}×${info.height}, expected RGBA`);
  }
  return { pixels: data, aspect: seen.width / seen.height };
}

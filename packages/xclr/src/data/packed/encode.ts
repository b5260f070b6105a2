// One picture as a packed store keeps it: a square of pixels, or a smaller encoded picture.

import sharp from 'sharp';
import { decodePicture, limitInputPixels } from '../decode/decode.js';
import { readPicture } from '../decode/read.js';
import type { PictureRef } from '../types.js';
import type { PackSettings } from './format.js';

export interface PackedPicture {
  readonly bytes: Uint8Array;
  readonly aspect: number;
  /** Of raw pixels; 0 for an encoded picture. */
  readonly channels: 0 | 3 | 4;
}

/** (S, S, 4) → (S, S, 3) where every pixel is opaque; a quarter less to keep and to read. */
function withoutAlpha(rgba: Uint8Array): Uint8Array {
  for (let i = 3; i < rgba.length; i += 4) if (rgba[i] !== 255) return rgba;
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let i = 0, j = 0; i < rgba.length; i += 4, j += 3) {
    rgb[j] = rgba[i]!;
    rgb[j + 1] = rgba[i + 1]!;
    rgb[j + 2] = rgba[i + 2]!;
  }
  return rgb;
}

async function rawPicture(picture: PictureRef, size: number): Promise<PackedPicture> {
  const { pixels, aspect } = await decodePicture(picture, size);
  const bytes = withoutAlpha(pixels);
  return { bytes, aspect, channels: bytes === pixels ? 4 : 3 };
}

/** A JPEG that is small already is kept as it is; what is transparent becomes WebP. */
async function encodedPicture(picture: PictureRef, { size, quality }: PackSettings): Promise<PackedPicture> {
  const { bytes, raw } = readPicture(picture);
  const opened = sharp(bytes, { failOn: 'error', limitInputPixels, autoOrient: true, ...(raw && { raw }) });
  const { format, hasAlpha, autoOrient, orientation = 1, space } = await opened.metadata();
  const aspect = autoOrient.width / autoOrient.height;
  const small = Math.min(autoOrient.width, autoOrient.height) <= size;
  const resized = opened.resize(size, size, { fit: 'outside', withoutEnlargement: true, kernel: 'linear' });
  if (small && format === 'jpeg' && orientation === 1 && space === 'srgb') {
    await opened.clone().raw().toBuffer(); // decoded all the same: a cut picture is not packed
    return { bytes, aspect, channels: 0 };
  }
  const encoded = hasAlpha
    ? resized.toColourspace('srgb').webp({ quality, alphaQuality: 100 })
    : resized.toColourspace('srgb').jpeg({ quality, chromaSubsampling: '4:4:4' });
  return { bytes: await encoded.toBuffer(), aspect, channels: 0 };
}

/** @throws where the picture cannot be decoded: a damaged one is never packed */
export function packPicture(picture: PictureRef, settings: PackSettings): Promise<PackedPicture> {
  return settings.pictures === 'raw' ? rawPicture(picture, settings.size) : encodedPicture(picture, settings);
}

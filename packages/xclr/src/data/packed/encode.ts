// One image as a packed store keeps it: a square of pixels, or a smaller encoded image.

import sharp from 'sharp';
import { decodeImage, limitInputPixels } from '../decode/decode.js';
import { readImage } from '../decode/read.js';
import { to8Bits } from '../decode/value-range.js';
import type { ImageRef } from '../types.js';
import type { PackSettings } from './format.js';

export interface PackedImage {
  readonly bytes: Uint8Array;
  readonly aspect: number;
  /** Of raw pixels; 0 for an encoded image. */
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

async function rawImage(image: ImageRef, size: number): Promise<PackedImage> {
  const { pixels, aspect } = await decodeImage(image, size);
  const bytes = withoutAlpha(pixels);
  return { bytes, aspect, channels: bytes === pixels ? 4 : 3 };
}

/** A JPEG that is small already is kept as it is; what is transparent becomes WebP. */
async function encodedImage(image: ImageRef, { size, quality }: PackSettings): Promise<PackedImage> {
  const { bytes, raw } = await to8Bits(readImage(image));
  const opened = sharp(bytes, { failOn: 'error', limitInputPixels, autoOrient: true, ...(raw && { raw }) });
  const { format, hasAlpha, autoOrient, orientation = 1, space } = await opened.metadata();
  const aspect = autoOrient.width / autoOrient.height;
  const small = Math.min(autoOrient.width, autoOrient.height) <= size;
  const resized = opened.resize(size, size, { fit: 'outside', withoutEnlargement: true, kernel: 'linear' });
  if (small && format === 'jpeg' && orientation === 1 && space === 'srgb') {
    await opened.clone().raw().toBuffer(); // decoded all the same: a cut image is not packed
    return { bytes, aspect, channels: 0 };
  }
  const encoded = hasAlpha
    ? resized.toColorspace('srgb').webp({ quality, alphaQuality: 100 })
    : resized.toColorspace('srgb').jpeg({ quality, chromaSubsampling: '4:4:4' });
  return { bytes: await encoded.toBuffer(), aspect, channels: 0 };
}

/** @throws where the image cannot be decoded: a damaged one is never packed */
export function packImage(image: ImageRef, settings: PackSettings): Promise<PackedImage> {
  return settings.images === 'raw' ? rawImage(image, settings.size) : encodedImage(image, settings);
}

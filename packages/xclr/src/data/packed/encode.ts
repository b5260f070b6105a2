// One image as a packed store keeps it: pixels, or a smaller encoded image.

import sharp from 'sharp';
import { decodeBytes, limitInputPixels } from '../decode/decode.js';
import { decodedSize } from '../decode/image-size.js';
import { to8Bits } from '../decode/value-range.js';
import { fetchImage } from '../remote/hold.js';
import type { ImageRef } from '../types.js';
import type { PackSettings } from './format.js';

export interface PackedImage {
  readonly bytes: Uint8Array;
  /** Of pixels, or of the encoded image. */
  readonly width: number;
  readonly height: number;
  /** Width over height of the original. */
  readonly aspect: number;
  /** Of raw pixels; 0 for an encoded image. */
  readonly channels: 0 | 3 | 4;
}

async function rawImage(image: ImageRef, size: number): Promise<PackedImage> {
  const { pixels, ...shape } = await decodeBytes(await fetchImage(image), { shorter: size });
  return { ...shape, bytes: pixels };
}

/** A JPEG that is small already is kept as it is; what is transparent becomes WebP. */
async function encodedImage(image: ImageRef, { size, quality }: PackSettings): Promise<PackedImage> {
  const { bytes, raw } = await to8Bits(await fetchImage(image));
  const opened = sharp(bytes, { failOn: 'error', limitInputPixels, autoOrient: true, ...(raw && { raw }) });
  const { format, hasAlpha, autoOrient, orientation = 1, space } = await opened.metadata();
  const sides = decodedSize(autoOrient, { shorter: size });
  const shape = { ...sides, aspect: autoOrient.width / autoOrient.height, channels: 0 } as const;
  const small = sides.width === autoOrient.width && sides.height === autoOrient.height;
  if (small && format === 'jpeg' && orientation === 1 && space === 'srgb') {
    await opened.clone().raw().toBuffer(); // decoded all the same: a cut image is not packed
    return { ...shape, bytes };
  }
  const resized = small
    ? opened
    : opened.resize(sides.width, sides.height, { fit: 'fill', kernel: 'lanczos3' });
  const encoded = hasAlpha
    ? resized.toColorspace('srgb').webp({ quality, alphaQuality: 100 })
    : resized.toColorspace('srgb').jpeg({ quality, chromaSubsampling: '4:4:4' });
  return { ...shape, bytes: await encoded.toBuffer() };
}

/** @throws where the image cannot be decoded: a damaged one is never packed */
export function packImage(image: ImageRef, settings: PackSettings): Promise<PackedImage> {
  return settings.images === 'raw' ? rawImage(image, settings.size) : encodedImage(image, settings);
}

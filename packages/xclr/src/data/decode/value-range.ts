// Images of more than 8 bits whose black and white were said, as 8-bit pixels: for whatever reads images by sharp itself.
import sharp from 'sharp';
import { inSrgb } from './color-profile.js';
import { scaleValues } from './decode.js';
import type { ImageBytes } from './image-bytes.js';
import { limitInputPixels } from './read.js';

/**
 * The image with its range applied (`--image-range`): as it came where it has none or holds 8 bits; else upright pixels in
 * sRGB. Costs a decoding of the whole image.
 */
export async function to8Bits(image: ImageBytes, limitPixels = limitInputPixels): Promise<ImageBytes> {
  const { bytes, raw, range } = image;
  if (range === undefined || raw !== undefined) return image;
  const opened = sharp(bytes, { failOn: 'error', limitInputPixels: limitPixels, autoOrient: true });
  const found = await opened.metadata();
  const { depth, format, hasAlpha, channels } = found;
  if (depth !== 'ushort' || format === 'heif') return { bytes };
  scaleValues(opened, range, hasAlpha, channels);
  const { data, info } = await inSrgb(opened, found)
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const bands = info.channels;
  if (bands !== 1 && bands !== 3 && bands !== 4) throw new Error(`decoded to ${bands} channels`);
  return { bytes: data, raw: { width: info.width, height: info.height, channels: bands } };
}

// One image to pixels: RGB, or RGBA where something is transparent.

import sharp, { type Sharp } from 'sharp';
import type { ImageRef } from '../types.js';
import { inSrgb } from './color-profile.js';
import type { DecodedImage } from './decoded.js';
import type { ImageBytes, ValueRange } from './image-bytes.js';
import { decodedSize, type ImageSize } from './image-size.js';
import { limitInputPixels, readImage } from './read.js';

export { limitInputPixels } from './read.js';

/**
 * Reads and decodes one image: oriented by EXIF, converted to sRGB, first frame of an animation, at the size that is
 * asked for. A truncated or damaged file is an error, never a gray image.
 * Costs 2 to 3 ms of one core for a 500×375 JPEG.
 */
export async function decodeImage(image: ImageRef, size: ImageSize): Promise<DecodedImage> {
  return decodeBytes(readImage(image), size);
}

/** Makes `black` and `white` of a 16-bit image the ends of its range; transparency stays. */
export function scaleValues(
  image: Sharp,
  [black, white]: ValueRange,
  hasAlpha: boolean,
  channels: number,
): void {
  const factor = 65535 / (white - black);
  const colors = hasAlpha ? channels - 1 : channels;
  const factors = Array.from({ length: channels }, (_, c) => (c < colors ? factor : 1));
  image.linear(
    factors,
    factors.map((one, c) => (c < colors ? -black * one : 0)),
  );
}

/** (n, 4) → (n, 3) where every pixel is opaque; a quarter less to keep and to read. */
function withoutOpaqueAlpha(rgba: Uint8Array): Uint8Array {
  for (let i = 3; i < rgba.length; i += 4) if (rgba[i] !== 255) return rgba;
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let i = 0, j = 0; i < rgba.length; i += 4, j += 3) {
    rgb[j] = rgba[i]!;
    rgb[j + 1] = rgba[i + 1]!;
    rgb[j + 2] = rgba[i + 2]!;
  }
  return rgb;
}

/** 3 of 3, or 4 of 4. */
const isColor = (channels: number): channels is 3 | 4 => channels === 3 || channels === 4;

/**
 * Decodes an image's bytes; see decodeImage. Squashed squares are RGBA and resampled by a triangle; images in their own
 * proportions are RGB where nothing is transparent, and reduced by Lanczos' filter, which keeps what the smaller size can
 * show: the one soft resampling is that of the view.
 */
export async function decodeBytes(
  { bytes, raw, range, aspect }: ImageBytes,
  size: ImageSize,
  limitPixels = limitInputPixels,
): Promise<DecodedImage> {
  const options = {
    failOn: 'error',
    limitInputPixels: limitPixels,
    autoOrient: true,
    ...(raw && { raw }),
  } as const;
  const opened = sharp(bytes, options);
  const found = raw === undefined ? await opened.metadata() : undefined;
  const seen = raw ?? found!.autoOrient;
  const { width, height } = decodedSize(seen, size);
  const shape = { width, height, aspect: aspect ?? seen.width / seen.height };
  const square = typeof size === 'number';
  const asItIs = width === seen.width && height === seen.height;
  if (raw !== undefined && asItIs && !square && isColor(raw.channels)) {
    return opaque({ ...shape, pixels: bytes, channels: raw.channels });
  }
  // AVIF says how many bits it has, and is decoded to the whole range of 16.
  if (range !== undefined && found?.depth === 'ushort' && found.format !== 'heif')
    scaleValues(opened, range, found.hasAlpha, found.channels);
  if (!asItIs) {
    // Without fastShrinkOnLoad a JPEG's decoder leaves half of the reduction, or more, to the filter.
    opened.resize(
      width,
      height,
      square
        ? { fit: 'fill', kernel: 'linear' }
        : { fit: 'fill', kernel: 'lanczos3', fastShrinkOnLoad: false },
    );
  }
  inSrgb(opened, found);
  if (square) opened.ensureAlpha();
  const { data, info } = await opened.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  const { channels } = info;
  if (!isColor(channels) || data.length !== width * height * channels) {
    throw new Error(
      `decoded to ${channels} channels of ${info.width}×${info.height}, expected RGB or RGBA of ${width}×${height}`,
    );
  }
  const decoded = { ...shape, pixels: data, channels };
  return square ? decoded : opaque(decoded);
}

function opaque(image: DecodedImage): DecodedImage {
  if (image.channels === 3) return image;
  const pixels = withoutOpaqueAlpha(image.pixels);
  return pixels === image.pixels ? image : { ...image, pixels, channels: 3 };
}

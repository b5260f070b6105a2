// Small images for the page, as data URIs.
import sharp, { type Sharp } from 'sharp';
import { to8Bits } from '../data/decode/value-range.js';
import type { ImageBytes } from '../data/index.js';

/** An image file, an image's bytes as the data layer reads them, or RGBA bytes (height, width, 4). */
export type ThumbnailSource =
  | string
  | ImageBytes
  | { readonly pixels: Uint8Array; readonly width: number; readonly height: number };

/** Stands for an image that cannot be read: a gray square with a diagonal, visible in light and dark. */
export const graySquare = `data:image/svg+xml,${encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path fill="#888" fill-opacity=".35" d="M0 0h8v8H0z"/><path stroke="#888" stroke-width=".12" d="M0 8 8 0"/></svg>')}`;

/** Makes a WebP thumbnail of the whole image that fits a square of `size` pixels; 1–2 kB at the default 56 px. */
export async function thumbnail(
  source: ThumbnailSource,
  { size = 56, quality = 78 }: { size?: number; quality?: number } = {},
): Promise<string> {
  const image = await opened(source);
  const bytes = await image
    .resize(size, size, { fit: 'inside' })
    .webp({ quality, alphaQuality: 80, effort: 4 })
    .toBuffer();
  return `data:image/webp;base64,${bytes.toString('base64')}`;
}

async function opened(source: ThumbnailSource): Promise<Sharp> {
  if (typeof source === 'string') return sharp(source, { failOn: 'none' }).rotate();
  if ('pixels' in source) {
    return sharp(source.pixels, { raw: { width: source.width, height: source.height, channels: 4 } });
  }
  const { bytes, raw } = await to8Bits(source);
  return sharp(bytes, { failOn: 'none', ...(raw && { raw }) }).rotate();
}

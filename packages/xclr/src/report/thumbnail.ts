// Small images for the page, as data URIs.
import sharp, { type Sharp } from 'sharp';
import type { ImageBytes } from '../data/index.js';

/** An image file, an image's bytes as the data layer reads them, or RGBA bytes (height, width, 4). */
export type ThumbnailSource =
  | string
  | ImageBytes
  | { readonly pixels: Uint8Array; readonly width: number; readonly height: number };

/** A gray square for an image that cannot be read: a page is still worth reading. */
export const graySquare = `data:image/svg+xml,${encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><rect width="1" height="1" fill="#999"/></svg>')}`;

/** Makes a square WebP thumbnail that fits the whole image; 1–2 kB at the default 56 px. */
export async function thumbnail(
  source: ThumbnailSource,
  { size = 56, quality = 78 }: { size?: number; quality?: number } = {},
): Promise<string> {
  const bytes = await opened(source)
    .resize(size, size, { fit: 'contain', background: { r: 0, g: 0, b: 0, alpha: 0 } })
    .webp({ quality, alphaQuality: 80, effort: 4 })
    .toBuffer();
  return `data:image/webp;base64,${bytes.toString('base64')}`;
}

function opened(source: ThumbnailSource): Sharp {
  if (typeof source === 'string') return sharp(source, { failOn: 'none' }).rotate();
  if ('pixels' in source) {
    return sharp(source.pixels, { raw: { width: source.width, height: source.height, channels: 4 } });
  }
  return sharp(source.bytes, { failOn: 'none', ...(source.raw && { raw: source.raw }) }).rotate();
}

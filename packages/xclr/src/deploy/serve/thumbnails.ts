// Small images of an index's items, made when they are asked for.
import sharp from 'sharp';
import { readImage } from '../../data/index.js';
import type { Item } from '../embed/index.js';

/** Longer side, in pixels: twice what the page shows, for dense screens. */
const side = 320;

/** A WebP file, or null where the item has no image file, or one that cannot be read. The path comes from the index, never from a request. */
export async function itemThumbnail(
  { image }: Item,
  limitInputPixels: number,
): Promise<Uint8Array<ArrayBuffer> | null> {
  if (image === null) return null;
  try {
    const { bytes, raw } = readImage(image);
    const made = await sharp(bytes, { limitInputPixels, autoOrient: true, ...(raw && { raw }) })
      .resize(side, side, { fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 80 })
      .toBuffer();
    return new Uint8Array(made);
  } catch {
    return null;
  }
}

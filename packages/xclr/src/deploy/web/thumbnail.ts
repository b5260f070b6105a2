// A small WebP of an image, for pages of static files.
import sharp from 'sharp';
import { to8Bits } from '../../data/decode/value-range.js';
import { fetchImage, type ImageRef, limitInputPixels } from '../../data/index.js';

/** @param side the longer one at most, in pixels; small images stay as they are. Rejects where the image cannot be read */
export async function webThumbnail(image: ImageRef, side: number): Promise<Uint8Array> {
  const { bytes, raw } = await to8Bits(await fetchImage(image));
  return sharp(bytes, { limitInputPixels, autoOrient: true, ...(raw && { raw }) })
    .resize(side, side, { fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .webp({ quality: 80 })
    .toBuffer();
}

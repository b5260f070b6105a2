// Embedded color profiles: what the decoder does with them, and what it has to be told.
import type { Metadata, Sharp } from 'sharp';

/**
 * The image in sRGB. sharp applies profiles of 8-bit images; those of 16-bit RGB it turns into Display P3 and leaves the
 * numbers so, unless sRGB is asked for as a profile. Profiles of 16-bit gray are not applied.
 * @param found the image's metadata; undefined for bare pixels
 */
export function inSrgb(image: Sharp, found: Pick<Metadata, 'space' | 'icc'> | undefined): Sharp {
  const plain = image.toColorspace('srgb');
  return found?.space === 'rgb16' && found.icc !== undefined
    ? plain.withIccProfile('srgb', { attach: false })
    : plain;
}

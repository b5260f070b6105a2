// How large a data set's images are, from the headers of a few.
import sharp from 'sharp';
import { readImage } from '../data/decode/read.js';
import type { Dataset } from '../data/index.js';
import { permutation } from '../util/random.js';

const looked = 16;

/** Median side in pixels (the root of the area) over a few images; undefined where none of them can be read. */
export async function typicalSide(
  { samples, packedSize }: Dataset,
  indices: Int32Array,
): Promise<number | undefined> {
  // A packed store keeps images a third larger than the views that it was made for.
  if (packedSize !== undefined) return (packedSize * 3) / 4;
  const sides: number[] = [];
  for (const place of permutation(indices.length, 0, 0x51de).slice(0, looked)) {
    try {
      const { bytes, raw } = readImage(samples[indices[place]!]!.image);
      const { width, height } = raw ?? (await sharp(bytes).metadata());
      sides.push(Math.sqrt(width * height));
    } catch {
      // A broken image tells nothing; it is counted where it is decoded.
    }
  }
  return sides.sort((a, b) => a - b)[sides.length >> 1];
}

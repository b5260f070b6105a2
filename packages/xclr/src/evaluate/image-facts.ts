// What is known of an image without looking at what it shows: its size, its file, its border, its mean gray.

import sharp from 'sharp';
import { readImage } from '../data/decode/read.js';
import type { Dataset } from '../data/types.js';

/** Width and height of the small copies. */
export const smallSide = 16;

/** Facts of one image. */
export interface ImageFacts {
  readonly sample: number;
  /** In pixels of the file. */
  readonly width: number;
  readonly height: number;
  /** Encoded bytes a pixel. */
  readonly density: number;
  /** Format, color space, channels, subsampling, resolution: what a program writes besides the pixels. */
  readonly writer: string;
  /** (16 · 16 · 3) r, g, b, squashed. */
  readonly small: Uint8Array;
}

/** How many images are read at a time. */
const atOnce = 8;

/** Facts of some samples; those that cannot be read are left out, and those that were not reached when `stop` came. */
export async function imageFacts(
  { samples }: Dataset,
  wanted: Int32Array,
  onProgress: (done: number, total: number) => void = () => undefined,
  stop?: AbortSignal,
): Promise<ImageFacts[]> {
  const found: ImageFacts[] = [];
  for (let start = 0; start < wanted.length && stop?.aborted !== true; start += atOnce) {
    const part = await Promise.all(
      Array.from(wanted.subarray(start, start + atOnce), (sample) =>
        factsOf(sample, samples[sample]!.image).catch(() => null),
      ),
    );
    for (const one of part) if (one !== null) found.push(one);
    onProgress(Math.min(start + atOnce, wanted.length), wanted.length);
  }
  return found;
}

async function factsOf(sample: number, ref: Dataset['samples'][number]['image']): Promise<ImageFacts> {
  const { bytes, raw } = readImage(ref);
  const opened = sharp(bytes, raw === undefined ? {} : { raw });
  const about = await opened.metadata();
  const { width = 0, height = 0, format, space, channels, chromaSubsampling, density, hasProfile } = about;
  const small = await opened
    .resize(smallSide, smallSide, { fit: 'fill' })
    .flatten({ background: 'white' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const pixels = small.info.channels === 3 ? small.data : widened(small.data, small.info.channels);
  return {
    sample,
    width,
    height,
    density: bytes.length / (width * height),
    writer: [format, space, channels, chromaSubsampling, density, hasProfile].join(' '),
    small: Uint8Array.from(pixels),
  };
}

/** Gray → r, g, b. */
function widened(data: Uint8Array, channels: number): Uint8Array {
  const pixels = new Uint8Array(smallSide * smallSide * 3);
  for (let i = 0; i < smallSide * smallSide; i++)
    for (let c = 0; c < 3; c++) pixels[3 * i + c] = data[channels * i]!;
  return pixels;
}

// What the headers of some images say: sizes, formats, oddities, and which cannot be read at all.

import sharp, { type Metadata } from 'sharp';
import { type Dataset, fetchImage, type ImageRef } from '../data/index.js';
import { append, maxOf } from '../util/arrays.js';
import { mapConcurrently } from '../util/concurrently.js';
import { spreadOf, Tally } from './counts.js';
import type { ImageReport } from './inspection.js';

/** One image's header. */
interface Header {
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  readonly format: string;
  readonly traits: readonly string[];
}

/** Ends the trait of a 16-bit image whose values need fewer bits: '12-bit values in 16 bits'. */
export const fewerBits = '-bit values in 16 bits';

function traitsOf({ orientation, pages, hasAlpha, depth, space, channels }: Metadata): string[] {
  const traits: string[] = [];
  if (orientation !== undefined && orientation > 1) traits.push('turned by EXIF');
  if (pages !== undefined && pages > 1) traits.push('animated or several pages');
  if (hasAlpha) traits.push('transparent parts');
  if (depth === 'ushort') traits.push('16 bits a channel');
  if (space === 'cmyk') traits.push('CMYK');
  if (channels <= 2) traits.push('gray');
  return traits;
}

/** Cameras and scanners write 10 to 14 bits; from here on, 16-bit images are as dark as their subject. */
const usualBits = 15;

/** Says where a 16-bit image holds fewer bits, for it is then nearly black. Costs a decoding. */
async function usedBits(bytes: Uint8Array, { hasAlpha, channels }: Metadata): Promise<string[]> {
  const { channels: found } = await sharp(bytes).stats();
  const colors = found.slice(0, hasAlpha ? channels - 1 : channels);
  const bits = Math.ceil(Math.log2(1 + maxOf(colors.map(({ max }) => max))));
  return bits < usualBits ? [`${bits}${fewerBits}`] : [];
}

/** Costs a read of the whole file, and about as much again to look at its head. */
async function headerOf(image: ImageRef): Promise<Header> {
  const { bytes, raw } = await fetchImage(image);
  if (raw !== undefined) {
    const { width, height, channels } = raw;
    const traits = channels === 1 ? ['gray'] : [];
    return { width, height, bytes: bytes.length, format: 'raw pixels', traits };
  }
  const found = await sharp(bytes).metadata();
  const { width, height } = found.autoOrient;
  const traits = traitsOf(found);
  if (found.depth === 'ushort' && image.range === undefined) append(traits, await usedBits(bytes, found));
  return { width, height, bytes: bytes.length, format: found.format, traits };
}

/** Looks at the headers of the samples named; an image that has none that can be read is listed as broken. */
export async function imageReport(
  dataset: Dataset,
  indices: Int32Array,
  onProgress?: (done: number, total: number) => void,
): Promise<ImageReport> {
  let done = 0;
  const looked = await mapConcurrently([...indices], 8, async (index) => {
    const { id, image } = dataset.samples[index]!;
    const header = await headerOf(image).catch((error: Error) => ({
      id,
      reason: error.message.replace(/\s+/g, ' ').trim(),
    }));
    onProgress?.(++done, indices.length);
    return header;
  });
  const headers = looked.filter((one) => 'format' in one);
  const broken = looked.filter((one) => 'reason' in one);
  const formats = new Tally();
  const traits = new Tally();
  for (const header of headers) {
    formats.add(header.format);
    for (const trait of header.traits) traits.add(trait);
  }
  return {
    looked: indices.length,
    width: spreadOf(headers.map(({ width }) => width)),
    height: spreadOf(headers.map(({ height }) => height)),
    shorterSide: spreadOf(headers.map(({ width, height }) => Math.min(width, height))),
    bytes: spreadOf(headers.map(({ bytes }) => bytes)),
    formats: formats.sorted(),
    traits: traits.sorted(),
    sizes: headers.map(({ width, height }) => [width, height] as const),
    fileSizes: headers.map(({ bytes }) => bytes),
    broken: broken.sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

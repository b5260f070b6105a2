// TIFFs whose pixels are no 8- or 16-bit gray or RGB: converted by the rules below, or refused with a reason.
//
// sharp takes floating-point values for 0 … 255, wraps signed and 32-bit ones, and takes any fourth band for
// transparency: such images come out black, banded or invisible without a word.
import { inflateSync } from 'node:zlib';
import type { ImageBytes, ValueRange } from './image-bytes.js';
import { isTiff, readTiffTags, type TiffTags } from './tiff-tags.js';

/** What a pixel's samples are: colors first, then bands that are no color. */
interface Bands {
  readonly colors: 1 | 3;
  /** True where the only further band is transparency. */
  readonly alpha: boolean;
  readonly further: number;
}

function bandsOf({ photometric, samples, extra }: TiffTags): Bands | undefined {
  const colors = photometric === 2 ? 3 : photometric === 0 || photometric === 1 ? 1 : undefined;
  if (colors === undefined || samples < colors) return undefined;
  const further = samples - colors;
  return { colors, further, alpha: further === 1 && (extra[0] === 1 || extra[0] === 2) };
}

function kindOf({ sampleFormat, bits }: TiffTags): string {
  const kind =
    sampleFormat === 3 ? 'floating-point numbers' : sampleFormat === 2 ? 'signed integers' : 'integers';
  return `${bits[0]}-bit ${kind}`;
}

/** Values of the whole image, pixel by pixel, `samples` each. @throws where they are stored in a way that is not read */
function readValues(bytes: Uint8Array, tags: TiffTags): Float64Array {
  const { width, height, samples, compression, predictor, planar, piece, tiled, littleEndian, sampleFormat } =
    tags;
  const what = `a TIFF of ${kindOf(tags)} in ${samples} band${samples === 1 ? '' : 's'}`;
  const bits = tags.bits[0]!;
  const refuse = (why: string) => new Error(`${what} ${why} is not read: convert it to an 8-bit image`);
  if (planar !== 1 && samples > 1) throw refuse('in planes');
  if (compression !== 1 && compression !== 8 && compression !== 32946)
    throw refuse(`compressed by method ${compression}`);
  if (predictor !== 1) throw refuse('with a predictor');
  if (tags.orientation !== 1) throw refuse('that is to be turned');
  if (
    ![8, 16, 32, 64].includes(bits) ||
    tags.bits.some((other) => other !== bits) ||
    (sampleFormat === 3 ? bits < 32 : bits > 32)
  )
    throw refuse('of such a size');
  const size = bits / 8;
  const values = new Float64Array(width * height * samples);
  const [pieceWidth, pieceHeight] = piece;
  const across = Math.ceil(width / pieceWidth);
  const count = across * Math.ceil(height / pieceHeight);
  if (tags.offsets.length < count || tags.lengths.length < count)
    throw new Error('the file lacks a part of the image');
  for (let i = 0; i < count; i++) {
    const stored = bytes.subarray(tags.offsets[i]!, tags.offsets[i]! + tags.lengths[i]!);
    const [left, top] = [(i % across) * pieceWidth, Math.floor(i / across) * pieceHeight];
    const rows = tiled ? pieceHeight : Math.min(pieceHeight, height - top);
    const needed = pieceWidth * rows * samples * size;
    const data = compression === 1 ? stored : inflateSync(stored, { maxOutputLength: needed });
    if (data.length < needed) throw new Error('the file ends before the image does');
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    const read = reader(view, sampleFormat, bits, littleEndian);
    for (let y = 0; y < rows && top + y < height; y++) {
      for (let x = 0; x < pieceWidth && left + x < width; x++) {
        const from = (y * pieceWidth + x) * samples;
        const to = ((top + y) * width + left + x) * samples;
        for (let s = 0; s < samples; s++) values[to + s] = read((from + s) * size);
      }
    }
  }
  return values;
}

function reader(view: DataView, format: number, bits: number, little: boolean): (at: number) => number {
  if (format === 3)
    return bits === 32 ? (at) => view.getFloat32(at, little) : (at) => view.getFloat64(at, little);
  if (format === 2) {
    if (bits === 8) return (at) => view.getInt8(at);
    return bits === 16 ? (at) => view.getInt16(at, little) : (at) => view.getInt32(at, little);
  }
  if (bits === 8) return (at) => view.getUint8(at);
  return bits === 16 ? (at) => view.getUint16(at, little) : (at) => view.getUint32(at, little);
}

/** Values that are black and white where nobody said it; refused where the type does not tell. */
function usualRange(values: Float64Array, tags: TiffTags): ValueRange {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (Number.isNaN(value))
      throw new Error('a TIFF with values that are no numbers (NaN): give --image-range');
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const unknown = () =>
    new Error(
      `a TIFF of ${kindOf(tags)} from ${Number(min.toPrecision(6))} to ${Number(max.toPrecision(6))}: which are black and white is not known; give --image-range`,
    );
  const { sampleFormat } = tags;
  const bits = tags.bits[0]!;
  if (sampleFormat === 3) {
    if (min < 0 || max > 1) throw unknown();
    return [0, 1];
  }
  if (sampleFormat === 2) {
    if (min < 0) throw unknown();
    return [0, 2 ** (bits - 1) - 1];
  }
  return [0, 2 ** bits - 1];
}

/**
 * The pixels of a TIFF that needs a rule; undefined for one that the decoder reads as it is, and for other files.
 * - Floating point: 0 … 1 are black to white; other values need a range.
 * - Signed integers: 0 … the largest of their type; negative ones need a range.
 * - 32-bit unsigned integers: 0 … 2^32 − 1.
 * - RGB with further bands that are no transparency (near infrared): the three colors.
 * - Gray with such bands, or more bands without colors: refused.
 * @throws {Error} with the reason, for what is refused
 */
export function readOddTiff(bytes: Uint8Array, limit: number, range?: ValueRange): ImageBytes | undefined {
  const tags = isTiff(bytes) ? readTiffTags(bytes) : undefined;
  if (tags === undefined) return undefined;
  const bands = bandsOf(tags);
  if (bands === undefined) return undefined; // palettes, CMYK, YCbCr, Lab: the decoder's own
  const { width, height, samples, photometric } = tags;
  const usualNumbers = tags.sampleFormat === 1 && tags.bits.every((bits) => bits <= 16);
  const usualBands = bands.further === 0 || bands.alpha;
  if (usualNumbers && usualBands) return undefined;
  if (bands.colors === 1 && !usualBands) {
    throw new Error(
      `a TIFF of ${samples} bands that are neither gray nor colors: which to show is not known; convert it to RGB`,
    );
  }
  if (width * height > limit)
    throw new Error(`${width}×${height} pixels exceed the limit of ${limit} pixels`);
  const values = readValues(bytes, tags);
  const [low, high] = range ?? usualRange(values, tags);
  const { colors } = bands;
  const pixels = new Uint8Array(width * height * colors);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < colors; c++) {
      const level = Math.round(((values[i * samples + c]! - low) / (high - low)) * 255);
      const shown = Number.isNaN(level) ? 0 : Math.min(255, Math.max(0, level));
      pixels[i * colors + c] = photometric === 0 ? 255 - shown : shown;
    }
  }
  return { bytes: pixels, raw: { width, height, channels: colors } };
}

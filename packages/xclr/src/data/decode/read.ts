// The bytes of an image, wherever they lie.

import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { crc32 as crc32Of } from 'node:zlib';
import type { ImageRef, RawLayout } from '../types.js';
import type { ImageBytes, ValueRange } from './image-bytes.js';
import { isPnm, readPnm } from './pnm.js';
import { readOddTiff } from './tiff-pixels.js';

/** Said of bytes that are not those that were written. */
export const bitRot =
  'its bytes do not match their checksum: the store is damaged here (bit rot, or a bad copy)';

/** Images larger than this many pixels are refused, as a bomb rather than a photograph: 268 megapixels. */
export const limitInputPixels = 0x4000 * 0x4000;

/** Image files larger than this are refused before they are read: 1 GiB. */
const limitFileBytes = 2 ** 30;

/** Reads a file or a part of it. Opened without waiting, so that a named pipe is refused rather than waited for. */
function readBytes(path: string, part: ImageRef['part']): Uint8Array {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const found = fstatSync(file);
    if (!found.isFile()) throw new Error('not a regular file');
    const { offset, length } = part ?? { offset: 0, length: found.size };
    if (length > limitFileBytes) {
      throw new Error(`${length} bytes, more than the ${limitFileBytes} that an image may have`);
    }
    if (offset + length > found.size) {
      throw new Error(`the file ends ${offset + length - found.size} bytes before the image does`);
    }
    const bytes = new Uint8Array(length);
    let got = 0;
    while (got < length) {
      const now = readSync(file, bytes, got, length - got, offset + got);
      if (now === 0) throw new Error(`the file ends ${length - got} bytes before the image does`);
      got += now;
    }
    return bytes;
  } finally {
    closeSync(file);
  }
}

/** The bytes of an image as they lie, whatever they are. */
export function readPart({ path, part }: ImageRef): Uint8Array {
  return readBytes(path, part);
}

/** All red, all green, all blue → r, g, b of each pixel. */
function interleaved(planes: Uint8Array, { width, height, channels }: RawLayout): Uint8Array {
  const area = width * height;
  const pixels = new Uint8Array(planes.length);
  for (let c = 0; c < channels; c++)
    for (let i = 0; i < area; i++) pixels[i * channels + c] = planes[c * area + i]!;
  return pixels;
}

/** Bytes of an encoded image as sharp takes them: all as they are, but for those kinds that it does not read. */
export function encodedImage(
  bytes: Uint8Array,
  limitPixels = limitInputPixels,
  range?: ValueRange,
): ImageBytes {
  if (bytes.length === 0) throw new Error('the file is empty');
  if (isPnm(bytes)) return readPnm(bytes, limitPixels, range);
  return readOddTiff(bytes, limitPixels, range) ?? { bytes, ...(range !== undefined && { range }) };
}

/** Reads an image's bytes, synchronously: a thread of its own waits more cheaply than for a promise. */
export function readImage({ path, part, raw, crc32, range, aspect }: ImageRef): ImageBytes {
  const bytes = readBytes(path, part);
  if (bytes.length === 0) throw new Error('the file is empty');
  if (crc32 !== undefined && crc32Of(bytes) !== crc32) throw new Error(bitRot);
  if (raw === undefined) return encodedImage(bytes, limitInputPixels, range);
  const { width, height, channels, order } = raw;
  if (bytes.length !== width * height * channels) {
    throw new Error(
      `${width}×${height}×${channels} pixels need ${width * height * channels} bytes, got ${bytes.length}`,
    );
  }
  return {
    bytes: order === 'planar' ? interleaved(bytes, raw) : bytes,
    raw: { width, height, channels },
    ...(aspect !== undefined && { aspect }),
  };
}

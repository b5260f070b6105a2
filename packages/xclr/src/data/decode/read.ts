// The bytes of a picture, wherever they lie.

import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import type { PictureRef, RawLayout } from '../types.js';

/** Bytes that sharp decodes; with `raw`, they are interleaved pixels already. */
export interface PictureBytes {
  readonly bytes: Uint8Array;
  readonly raw?: { readonly width: number; readonly height: number; readonly channels: 1 | 3 };
}

function readPart(path: string, { offset, length }: { offset: number; length: number }): Uint8Array {
  const bytes = new Uint8Array(length);
  const file = openSync(path, 'r');
  try {
    let got = 0;
    while (got < length) {
      const now = readSync(file, bytes, got, length - got, offset + got);
      if (now === 0) throw new Error(`the file ends ${length - got} bytes before the picture does`);
      got += now;
    }
  } finally {
    closeSync(file);
  }
  return bytes;
}

/** All red, all green, all blue → r, g, b of each pixel. */
function interleaved(planes: Uint8Array, { width, height, channels }: RawLayout): Uint8Array {
  const area = width * height;
  const pixels = new Uint8Array(planes.length);
  for (let c = 0; c < channels; c++)
    for (let i = 0; i < area; i++) pixels[i * channels + c] = planes[c * area + i]!;
  return pixels;
}

/** Reads a picture's bytes, synchronously: a thread of its own waits more cheaply than for a promise. */
export function readPicture({ path, part, raw }: PictureRef): PictureBytes {
  const bytes = part === undefined ? readFileSync(path) : readPart(path, part);
  if (bytes.length === 0) throw new Error('the file is empty');
  if (raw === undefined) return { bytes };
  const { width, height, channels, order } = raw;
  if (bytes.length !== width * height * channels) {
    throw new Error(
      `${width}×${height}×${channels} pixels need ${width * height * channels} bytes, got ${bytes.length}`,
    );
  }
  return { bytes: order === 'planar' ? interleaved(bytes, raw) : bytes, raw: { width, height, channels } };
}

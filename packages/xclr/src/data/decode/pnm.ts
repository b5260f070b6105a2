// Binary PGM and PPM (P5, P6; netpbm.sourceforge.net/doc/ppm.html), which libvips as shipped with sharp does not read.

import type { ImageBytes, ValueRange } from './image-bytes.js';

/** True where the bytes begin as a binary PGM or PPM does. */
export function isPnm(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && (bytes[1] === 0x35 || bytes[1] === 0x36);
}

const isSpace = (byte: number | undefined) => byte === 32 || (byte !== undefined && byte >= 9 && byte <= 13);

/** Three numbers, between them white space and comments to the end of the line; one white space ends the header. */
function readHeader(bytes: Uint8Array): { numbers: number[]; start: number } {
  const numbers: number[] = [];
  let at = 2;
  while (numbers.length < 3) {
    while (isSpace(bytes[at]) || bytes[at] === 0x23) {
      if (bytes[at] === 0x23) while (at < bytes.length && bytes[at] !== 10) at++;
      else at++;
    }
    const from = at;
    let value = 0;
    while (at - from < 10 && bytes[at]! >= 48 && bytes[at]! <= 57) value = value * 10 + bytes[at++]! - 48;
    if (at === from || !isSpace(bytes[at])) throw new Error('a PNM header without width, height and maximum');
    numbers.push(value);
  }
  return { numbers, start: at + 1 };
}

/** Pixels of 8 bits, interleaved; 16-bit ones and other maxima are scaled. @throws where damaged or above `limit` pixels */
export function readPnm(bytes: Uint8Array, limit: number, range?: ValueRange): ImageBytes {
  if (bytes[2] === 13 && bytes[3] === 10) {
    throw new Error(
      'begins "P6\\r\\n" or "P5\\r\\n": damaged by line-end conversion, copy it again as binary',
    );
  }
  const { numbers, start } = readHeader(bytes);
  const [width, height, maximum] = numbers as [number, number, number];
  const channels = bytes[1] === 0x36 ? 3 : 1;
  if (width < 1 || height < 1) throw new Error(`a PNM image of ${width}×${height} pixels`);
  if (maximum < 1 || maximum > 65535) throw new Error(`a PNM maximum of ${maximum}, expected 1 … 65535`);
  if (width * height > limit)
    throw new Error(`${width}×${height} pixels exceed the limit of ${limit} pixels`);
  const values = width * height * channels;
  const wide = maximum > 255;
  const needed = wide ? values * 2 : values;
  if (bytes.length - start < needed) {
    throw new Error(`the file ends ${needed - (bytes.length - start)} bytes before the image does`);
  }
  const raw = { width, height, channels } as const;
  const body = bytes.subarray(start, start + needed);
  if (maximum === 255) return { bytes: body, raw };
  const [black, white] = (wide ? range : undefined) ?? [0, maximum];
  const pixels = new Uint8Array(values);
  for (let i = 0; i < values; i++) {
    const value = wide ? body[2 * i]! * 256 + body[2 * i + 1]! : body[i]!;
    pixels[i] = Math.max(0, Math.min(255, Math.round(((value - black) * 255) / (white - black))));
  }
  return { bytes: pixels, raw };
}

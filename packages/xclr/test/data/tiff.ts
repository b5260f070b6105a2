// TIFFs of any kind of numbers, bands and pieces for the data tests.
import { deflateSync } from 'node:zlib';

export interface Tiff {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  /** 1: unsigned, 2: signed, 3: float. */
  readonly format: number;
  readonly samples: number;
  readonly photometric?: number;
  readonly extra?: readonly number[];
  readonly compression?: 1 | 5 | 8;
  readonly bigEndian?: boolean;
  /** BigTIFF, whose counts and offsets have 8 bytes; little-endian only. */
  readonly big?: boolean;
  /** Side of square tiles; strips of two rows where it is absent. */
  readonly tile?: number;
}

/** A TIFF of `value(x, y, sample)`. */
export function tiff(form: Tiff, value: (x: number, y: number, s: number) => number): Buffer {
  const {
    width,
    height,
    bits,
    format,
    samples,
    photometric = 1,
    extra = [],
    compression = 1,
    bigEndian = false,
    big = false,
    tile,
  } = form;
  const little = !bigEndian;
  const [pieceWidth, pieceHeight] = tile === undefined ? [width, 2] : [tile, tile];
  const pieces: Buffer[] = [];
  for (let top = 0; top < height; top += pieceHeight) {
    for (let left = 0; left < width; left += pieceWidth) {
      const rows = tile === undefined ? Math.min(pieceHeight, height - top) : pieceHeight;
      const view = new DataView(new ArrayBuffer((pieceWidth * rows * samples * bits) / 8));
      let at = 0;
      for (let y = top; y < top + rows; y++)
        for (let x = left; x < left + pieceWidth; x++)
          for (let s = 0; s < samples; s++, at += bits / 8) {
            const one = x < width && y < height ? value(x, y, s) : 0;
            if (format === 3)
              bits === 32 ? view.setFloat32(at, one, little) : view.setFloat64(at, one, little);
            else if (bits === 8) view.setUint8(at, one);
            else if (bits === 16) view.setInt16(at, one, little);
            else view.setInt32(at, one, little);
          }
      const bytes = Buffer.from(view.buffer);
      pieces.push(compression === 8 ? deflateSync(bytes) : bytes);
    }
  }
  const many = (list: readonly number[]) => list;
  const tags: [tag: number, type: 3 | 4, values: readonly number[]][] = [
    [256, 3, [width]],
    [257, 3, [height]],
    [258, 3, Array(samples).fill(bits)],
    [259, 3, [compression]],
    [262, 3, [photometric]],
    ...(tile === undefined ? ([[273, 4, many([])]] as [number, 4, number[]][]) : []),
    [277, 3, [samples]],
    ...(tile === undefined
      ? ([
          [278, 3, [pieceHeight]],
          [279, 4, pieces.map(({ length }) => length)],
        ] as [number, 3 | 4, number[]][])
      : ([
          [322, 3, [tile]],
          [323, 3, [tile]],
          [324, 4, []],
          [325, 4, pieces.map(({ length }) => length)],
        ] as [number, 3 | 4, number[]][])),
    ...(extra.length > 0 ? ([[338, 3, extra]] as [number, 3, readonly number[]][]) : []),
    [339, 3, Array(samples).fill(format)],
  ];
  let at = big ? 16 : 8;
  const offsets = pieces.map(({ length }) => {
    const here = at;
    at += length;
    return here;
  });
  for (const tag of tags) if (tag[0] === 273 || tag[0] === 324) tag[2] = offsets;
  const outside = tags.map(([, type, values]) =>
    values.length * (type === 3 ? 2 : 4) > (big ? 8 : 4) ? values.length * (type === 3 ? 2 : 4) : 0,
  );
  const folder = at + (at % 2);
  const [start, step, held] = big ? [folder + 8, 20, 12] : [folder + 2, 12, 8];
  let free = start + step * tags.length + (big ? 8 : 4);
  const file = new DataView(new ArrayBuffer(free + outside.reduce((a, b) => a + b, 0)));
  const bytes = new Uint8Array(file.buffer);
  bytes.set(bigEndian ? [0x4d, 0x4d, 0, 42] : [0x49, 0x49, big ? 43 : 42, 0]);
  if (big) file.setUint16(4, 8, little);
  file.setUint32(big ? 8 : 4, folder, little);
  pieces.forEach((piece, i) => {
    bytes.set(piece, offsets[i]!);
  });
  file.setUint16(folder, tags.length, little);
  for (const [i, [tag, type, values]] of tags.entries()) {
    const entry = start + step * i;
    file.setUint16(entry, tag, little);
    file.setUint16(entry + 2, type, little);
    file.setUint32(entry + 4, values.length, little);
    const first = outside[i] === 0 ? entry + held : free;
    if (outside[i] !== 0) {
      file.setUint32(entry + held, free, little);
      free += outside[i]!;
    }
    for (const [j, one] of values.entries())
      type === 3 ? file.setUint16(first + 2 * j, one, little) : file.setUint32(first + 4 * j, one, little);
  }
  return Buffer.from(bytes);
}

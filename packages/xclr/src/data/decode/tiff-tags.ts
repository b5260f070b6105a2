// The first page of a TIFF: what its tags say of its pixels (TIFF 6.0, adobe.com). Pixels themselves are not read here.

/** Tags that decide how pixels are read, with TIFF's defaults. */
export interface TiffTags {
  readonly littleEndian: boolean;
  readonly width: number;
  readonly height: number;
  /** Bits of each sample of a pixel. */
  readonly bits: readonly number[];
  /** 1: none, 8 and 32946: deflate, 5: LZW, … */
  readonly compression: number;
  /** 0: gray, white is 0. 1: gray. 2: RGB. */
  readonly photometric: number;
  /** Samples a pixel. */
  readonly samples: number;
  /** 1: unsigned, 2: signed, 3: floating point. */
  readonly sampleFormat: number;
  /** Meaning of samples beyond the colors: 0: unspecified, 1 and 2: alpha. */
  readonly extra: readonly number[];
  /** 1: samples of a pixel lie together; 2: in planes. */
  readonly planar: number;
  readonly predictor: number;
  /** As in EXIF; 1: upright. */
  readonly orientation: number;
  /** Width and height of the pieces: strips are as wide as the image. */
  readonly piece: readonly [width: number, height: number];
  readonly tiled: boolean;
  readonly offsets: readonly number[];
  readonly lengths: readonly number[];
}

/** True where the bytes begin as a TIFF or a BigTIFF does. */
export function isTiff(bytes: Uint8Array): boolean {
  const [a, b, c, d] = bytes;
  if (a === 0x49 && b === 0x49) return (c === 42 || c === 43) && d === 0;
  return a === 0x4d && b === 0x4d && c === 0 && (d === 42 || d === 43);
}

/** Bytes of a value of the types that are read: BYTE, SHORT, LONG, and BigTIFF's LONG8. */
const sizes: ReadonlyMap<number, 1 | 2 | 4 | 8> = new Map([
  [1, 1],
  [3, 2],
  [4, 4],
  [16, 8],
]);

/** More values than this in a tag are damage. */
const mostValues = 1 << 22;

/** The tags, or undefined where they cannot be followed: the decoder then says what is wrong. */
export function readTiffTags(bytes: Uint8Array): TiffTags | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const littleEndian = bytes[0] === 0x49;
  const short = (at: number) => view.getUint16(at, littleEndian);
  const long = (at: number) => view.getUint32(at, littleEndian);
  const long8 = (at: number) => Number(view.getBigUint64(at, littleEndian));
  const tags = new Map<number, number[]>();
  try {
    // BigTIFF (43): counts and offsets of 8 bytes where TIFF (42) has 2 or 4.
    const big = short(2) === 43;
    const folder = big ? long8(8) : long(4);
    const count = big ? long8(folder) : short(folder);
    const [first, step, inline] = big ? [folder + 8, 20, 8] : [folder + 2, 12, 4];
    for (let i = 0; i < count; i++) {
      const entry = first + step * i;
      const [tag, type] = [short(entry), short(entry + 2)];
      const length = big ? long8(entry + 4) : long(entry + 4);
      const size = sizes.get(type);
      if (size === undefined || length > mostValues) continue;
      const here = entry + (big ? 12 : 8);
      const start = size * length <= inline ? here : big ? long8(here) : long(here);
      const read = { 1: (at: number) => view.getUint8(at), 2: short, 4: long, 8: long8 }[size];
      tags.set(
        tag,
        Array.from({ length }, (_, j) => read(start + size * j)),
      );
    }
  } catch {
    return undefined; // a tag points outside the file
  }
  const one = (tag: number, otherwise: number) => tags.get(tag)?.[0] ?? otherwise;
  const [width, height] = [one(256, 0), one(257, 0)];
  if (width < 1 || height < 1) return undefined;
  const tiled = tags.has(322);
  return {
    littleEndian,
    width,
    height,
    bits: tags.get(258) ?? [1],
    compression: one(259, 1),
    photometric: one(262, -1),
    samples: one(277, 1),
    sampleFormat: one(339, 1),
    extra: tags.get(338) ?? [],
    planar: one(284, 1),
    predictor: one(317, 1),
    orientation: one(274, 1),
    piece: tiled ? [one(322, width), one(323, height)] : [width, Math.min(height, one(278, height))],
    tiled,
    offsets: tags.get(tiled ? 324 : 273) ?? [],
    lengths: tags.get(tiled ? 325 : 279) ?? [],
  };
}

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

/** True where the bytes begin as a TIFF does. BigTIFF is not meant. */
export function isTiff(bytes: Uint8Array): boolean {
  const [a, b, c, d] = bytes;
  return (
    (a === 0x49 && b === 0x49 && c === 42 && d === 0) || (a === 0x4d && b === 0x4d && c === 0 && d === 42)
  );
}

/** More values than this in a tag are damage. */
const mostValues = 1 << 22;

/** The tags, or undefined where they cannot be followed: the decoder then says what is wrong. */
export function readTiffTags(bytes: Uint8Array): TiffTags | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const littleEndian = bytes[0] === 0x49;
  const short = (at: number) => view.getUint16(at, littleEndian);
  const long = (at: number) => view.getUint32(at, littleEndian);
  const tags = new Map<number, number[]>();
  try {
    const folder = long(4);
    const count = short(folder);
    for (let i = 0; i < count; i++) {
      const entry = folder + 2 + 12 * i;
      const [tag, type, length] = [short(entry), short(entry + 2), long(entry + 4)];
      const size = type === 1 ? 1 : type === 3 ? 2 : type === 4 ? 4 : 0;
      if (size === 0 || length > mostValues) continue;
      const start = size * length <= 4 ? entry + 8 : long(entry + 8);
      const read = size === 1 ? (at: number) => view.getUint8(at) : size === 2 ? short : long;
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

// How large a data set's images are, from the headers of a few.
import sharp from 'sharp';
import { type Dataset, decodedSize, fetchImage, type ImageSize } from '../data/index.js';
import { permutation } from '../util/random.js';

const looked = 16;

/** What an image's header says of its size. */
export interface HeaderSize {
  readonly width: number;
  readonly height: number;
  /** 4 where there may be transparency, else 3: as it is when decoded. */
  readonly channels: 3 | 4;
}

/** The sizes of a few images; none where none of them can be read. */
export async function typicalImages({ samples }: Dataset, indices: Int32Array): Promise<HeaderSize[]> {
  const sizes: HeaderSize[] = [];
  for (const place of permutation(indices.length, 0, 0x51de).slice(0, looked)) {
    const { image } = samples[indices[place]!]!;
    try {
      if (image.raw !== undefined) {
        sizes.push({ ...image.raw, channels: image.raw.channels === 4 ? 4 : 3 });
        continue;
      }
      const { bytes, raw } = await fetchImage(image);
      if (raw !== undefined) sizes.push({ ...raw, channels: 3 });
      else {
        const { width, height, hasAlpha } = await sharp(bytes).metadata();
        sizes.push({ width, height, channels: hasAlpha ? 4 : 3 });
      }
    } catch {
      // A broken image tells nothing; it is counted where it is decoded.
    }
  }
  return sizes;
}

/** Median side in pixels (the root of the area); undefined where no size is known. */
export function typicalSide(sizes: readonly HeaderSize[]): number | undefined {
  return sizes.map(({ width, height }) => Math.sqrt(width * height)).sort((a, b) => a - b)[sizes.length >> 1];
}

/** Mean bytes of an image once it is decoded; of a square where no size is known. */
export function decodedBytes(
  sizes: readonly HeaderSize[],
  size: ImageSize & { readonly shorter: number },
): number {
  if (sizes.length === 0) return size.shorter ** 2 * 3;
  const bytes = sizes.map(({ channels, ...sides }) => {
    const { width, height } = decodedSize(sides, size);
    return width * height * channels;
  });
  return bytes.reduce((sum, one) => sum + one, 0) / bytes.length;
}

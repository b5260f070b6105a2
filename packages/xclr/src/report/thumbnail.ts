// Small pictures for the page, as data URIs.
import sharp from 'sharp';

/** A picture file, or RGBA bytes (height, width, 4). */
export type ThumbnailSource =
  | string
  | { readonly pixels: Uint8Array; readonly width: number; readonly height: number };

/** Makes a square WebP thumbnail that fits the whole picture; 1–2 kB at the default 56 px. */
export async function thumbnail(
  source: ThumbnailSource,
  { size = 56, quality = 78 }: { size?: number; quality?: number } = {},
): Promise<string> {
  const picture =
    typeof source === 'string'
      ? sharp(source, { failOn: 'none' }).rotate()
      : sharp(source.pixels, { raw: { width: source.width, height: source.height, channels: 4 } });
  const bytes = await picture
    .resize(size, size, { fit: 'contain', background: { r: 0, g: 0, b: 0, alpha: 0 } })
    .webp({ quality, alphaQuality: 80, effort: 4 })
    .toBuffer();
  return `data:image/webp;base64,${bytes.toString('base64')}`;
}

// Small folders and images for the data tests.

import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp, { type Sharp } from 'sharp';

/** A new temporary folder. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'xclr-data-'));
}

/** Writes a file and its parent folders; returns its path. */
export function put(path: string, content: string | Uint8Array): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** An image of one color, [r, g, b] or [r, g, b, a] with alpha in 0 … 255. */
export function solid(width: number, height: number, [r, g, b, a]: readonly number[]): Sharp {
  const background = { r: r!, g: g!, b: b!, alpha: (a ?? 255) / 255 };
  return sharp({ create: { width, height, channels: a === undefined ? 3 : 4, background } });
}

/** Writes small PNGs of distinct colors, named by `names`, into a folder; the red channel is the place in the list. */
export async function putImages(folder: string, names: readonly string[]): Promise<void> {
  for (const [i, name] of names.entries()) {
    put(
      join(folder, name),
      await solid(6, 4, [i, 255 - i, 128])
        .png()
        .toBuffer(),
    );
  }
}

// The PNG writer, read back by sharp.

import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { encodePng } from '../../src/util/png.js';

describe('encodePng', () => {
  it.each([3, 4] as const)('keeps every pixel of %i channels', async (channels) => {
    const pixels = Uint8Array.from({ length: 7 * 5 * channels }, (_, i) => (i * 37) % 256);
    const png = encodePng(pixels, { width: 7, height: 5, channels, level: 3 });
    const { data, info } = await sharp(png, { failOn: 'warning' })
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, info.channels]).toEqual([7, 5, channels]);
    expect(Uint8Array.from(data)).toEqual(pixels);
  });

  it('refuses other sizes', () => {
    const size = { width: 2, height: 2, channels: 4, level: 3 } as const;
    expect(() => encodePng(new Uint8Array(12), size)).toThrow(/must be 2 × 2 × 4 bytes, got 12/);
  });
});

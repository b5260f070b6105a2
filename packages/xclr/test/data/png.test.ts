// The PNG writer, read back by sharp.

import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { encodePng } from '../../src/data/emoji/png.js';

describe('encodePng', () => {
  it('keeps every pixel', async () => {
    const pixels = Uint8Array.from({ length: 7 * 5 * 4 }, (_, i) => (i * 37) % 256);
    const { data, info } = await sharp(encodePng(pixels, 7, 5), { failOn: 'warning' })
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, info.channels]).toEqual([7, 5, 4]);
    expect(Uint8Array.from(data)).toEqual(pixels);
  });

  it('refuses other sizes', () => {
    expect(() => encodePng(new Uint8Array(12), 2, 2)).toThrow(/must be 16 bytes of RGBA, got 12/);
  });
});

// Preprocessing against Pillow's pixels, and settings that cannot be followed.
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { Preprocessor } from '../../src/deploy/encoder/preprocessor.js';
import { solid } from '../data/make.js';

interface Golden {
  readonly width: number;
  readonly height: number;
  readonly image: readonly number[];
  readonly cases: readonly {
    readonly config: Record<string, unknown>;
    readonly shape: readonly number[];
    readonly pixels: readonly number[];
  }[];
}

const golden = JSON.parse(
  readFileSync(new URL('../goldens/preprocessor.json', import.meta.url), 'utf8'),
) as Golden;

describe('a preprocessor', () => {
  it.each(golden.cases)(
    'gives what Pillow gives for $config.size and crop $config.crop_size',
    async (one) => {
      const { width, height } = golden;
      const bytes = await sharp(Uint8Array.from(golden.image), { raw: { width, height, channels: 3 } })
        .png()
        .toBuffer();
      const preprocessor = new Preprocessor(one.config, 'golden');
      expect([3, preprocessor.height, preprocessor.width]).toEqual(one.shape);
      const { pixels } = await preprocessor.prepare({ bytes });
      expect(pixels).toHaveLength(one.pixels.length);
      let worst = 0;
      let sum = 0;
      one.pixels.forEach((expected, i) => {
        const off = Math.abs(pixels[i]! - expected) * 255 * 0.26; // in levels of 0 … 255
        worst = Math.max(worst, off);
        sum += off;
      });
      // Both round to 8 bits between the two passes of a resize, in another order and with other fixed-point weights.
      expect(worst).toBeLessThan(4);
      expect(sum / one.pixels.length).toBeLessThan(0.6);
    },
  );

  it('lays transparent images over white, makes gray ones RGB, and turns them as EXIF says', async () => {
    const preprocessor = new Preprocessor(
      { size: { height: 2, width: 3 }, image_mean: [0, 0, 0], image_std: [1, 1, 1] },
      'test',
    );
    const clear = await solid(6, 4, [255, 0, 0, 0]).png().toBuffer();
    const { pixels } = await preprocessor.prepare({ bytes: clear });
    expect([...pixels]).toEqual(new Array(18).fill(1));
    const gray = await solid(6, 4, [128, 128, 128]).toColorspace('b-w').png().toBuffer();
    const levels = [...(await preprocessor.prepare({ bytes: gray })).pixels].map((v) => Math.round(v * 255));
    expect(levels).toEqual(new Array(18).fill(128));
    const turned = await solid(4, 6, [9, 9, 9]).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect((await preprocessor.prepare({ bytes: turned })).aspect).toBe(1.5);
  });

  it('refuses bombs, cut files, and images too long for their shortest edge', async () => {
    const preprocessor = new Preprocessor({ size: { shortest_edge: 224 }, crop_size: 224 }, 'test');
    const bytes = await solid(300, 300, [1, 2, 3]).png().toBuffer();
    await expect(preprocessor.prepare({ bytes }, 300 * 300 - 1)).rejects.toThrow(/pixel limit/);
    await expect(preprocessor.prepare({ bytes: bytes.subarray(0, 60) })).rejects.toThrow();
    const strip = await solid(20_000, 1, [1, 2, 3]).png().toBuffer();
    await expect(preprocessor.prepare({ bytes: strip }, 1e8)).rejects.toThrow(/too long and narrow/);
  });

  it('says which setting it cannot follow', () => {
    expect(() => new Preprocessor({ size: { longest_edge: 3 } }, 'a.json')).toThrow(/a\.json: size/);
    expect(() => new Preprocessor({}, 'a.json')).toThrow(/expected size/);
    expect(() => new Preprocessor({ size: { shortest_edge: 9 }, do_center_crop: false }, 'a.json')).toThrow(
      /nothing is cropped/,
    );
    expect(() => new Preprocessor({ size: 9, image_mean: [1] }, 'a.json')).toThrow(/image_mean/);
  });
});

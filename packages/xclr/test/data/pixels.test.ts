// Images of more than 8 bits, of signed numbers, floats and further bands: converted by stated rules or refused.

import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeImage } from '../../src/data/decode/decode.js';
import { openDataset } from '../../src/data/open.js';
import { inspectDataset } from '../../src/inspect/index.js';
import { put, temporaryFolder } from './make.js';
import { adobeRgb, grayGamma, profiledPng } from './profiles.js';
import { type Tiff, tiff } from './tiff.js';

const root = temporaryFolder();
let files = 0;

/** The image's pixels, at its own size. */
async function pixelsOf(
  form: Tiff,
  value: (x: number, y: number, s: number) => number,
  range?: readonly [number, number],
) {
  const path = put(join(root, `${files++}.tif`), tiff(form, value));
  const { pixels } = await decodeImage({ path, ...(range && { range }) }, form.width);
  return Array.from({ length: pixels.length / 4 }, (_, i) => [...pixels.subarray(4 * i, 4 * i + 4)]);
}

const side = 8;
const square = { width: side, height: side, samples: 1 };
const ramp = (x: number, y: number) => (y * side + x) / (side * side - 1);
/** Levels of the ramp, opaque. */
const expected = Array.from({ length: side * side }, (_, i) => {
  const level = Math.round((i / (side * side - 1)) * 255);
  return [level, level, level, 255];
});

describe('TIFF', () => {
  it.each<[string, Tiff, number]>([
    ['32-bit floats', { ...square, bits: 32, format: 3 }, 1],
    ['64-bit floats, big-endian', { ...square, bits: 64, format: 3, bigEndian: true }, 1],
    ['32-bit floats in deflated tiles', { ...square, bits: 32, format: 3, tile: 16, compression: 8 }, 1],
    ['32-bit floats in a BigTIFF', { ...square, bits: 32, format: 3, big: true }, 1],
    ['16-bit signed integers', { ...square, bits: 16, format: 2 }, 2 ** 15 - 1],
    ['32-bit integers', { ...square, bits: 32, format: 1 }, 2 ** 32 - 1],
    ['32-bit signed integers', { ...square, bits: 32, format: 2, compression: 8 }, 2 ** 31 - 1],
  ])('of %s is a ramp from black to white', async (_, form, most) => {
    const round = form.format === 3 ? (x: number) => x : Math.round;
    const found = await pixelsOf(form, (x, y) => round(ramp(x, y) * most));
    // The resampling to the same size is exact; rounding to integers of the type moves a level by at most one.
    for (const [i, pixel] of found.entries())
      for (const [c, level] of pixel.entries())
        expect(Math.abs(level - expected[i]![c]!)).toBeLessThanOrEqual(1);
  });

  it('where white is 0 is turned round', async () => {
    const found = await pixelsOf({ ...square, bits: 32, format: 3, photometric: 0 }, ramp);
    expect([found[0]![0], found.at(-1)![0]]).toEqual([255, 0]);
  });

  it('of colors and near infrared shows the colors, opaque', async () => {
    const color = [200, 100, 50, 0, 7];
    for (const samples of [4, 5]) {
      const form = {
        ...square,
        samples,
        bits: 8,
        format: 1,
        photometric: 2,
        extra: Array(samples - 3).fill(0),
      };
      expect((await pixelsOf(form, (_x, _y, s) => color[s]!))[9]).toEqual([200, 100, 50, 255]);
    }
    const alpha = { ...square, samples: 4, bits: 8, format: 1, photometric: 2, extra: [2] };
    expect((await pixelsOf(alpha, (_x, _y, s) => [200, 100, 50, 128][s]!))[9]).toEqual([200, 100, 50, 128]);
  });

  it.each<[string, Tiff, (x: number, y: number) => number, RegExp]>([
    [
      'negative values',
      { ...square, bits: 16, format: 2 },
      (x, y) => 100 * (x + y) - 1000,
      /16-bit signed integers from -1000 to 400: .* give --image-range/,
    ],
    [
      'floats beyond 1',
      { ...square, bits: 32, format: 3 },
      (x, y) => x + y,
      /from 0 to 14: which are black and white is not known/,
    ],
    ['values that are no numbers', { ...square, bits: 32, format: 3 }, () => Number.NaN, /NaN/],
    [
      'two bands',
      { ...square, samples: 2, bits: 8, format: 1, extra: [0] },
      () => 9,
      /2 bands that are neither gray nor colors/,
    ],
    [
      'five bands',
      { ...square, samples: 5, bits: 8, format: 1, extra: [0, 0, 0, 0] },
      () => 9,
      /5 bands that are neither/,
    ],
    [
      'floats in a compression that is not read',
      { ...square, bits: 32, format: 3, compression: 5 },
      () => 0,
      /compressed by method 5 is not read/,
    ],
  ])('of %s is refused with the reason', async (_, form, value, message) => {
    await expect(pixelsOf(form, value)).rejects.toThrow(message);
  });

  it('of negative values is shown by a range', async () => {
    const found = await pixelsOf(
      { ...square, bits: 16, format: 2 },
      (x, y) => Math.round(ramp(x, y) * 2000 - 1000),
      [-1000, 1000],
    );
    for (const [i, pixel] of found.entries())
      expect(Math.abs(pixel[0]! - expected[i]![0]!)).toBeLessThanOrEqual(1);
  });

  it('that is cut says so', async () => {
    const whole = tiff({ ...square, bits: 32, format: 3 }, ramp);
    const path = put(
      join(root, 'cut.tif'),
      Buffer.concat([whole.subarray(0, 8), whole.subarray(8)]).fill(0xff, 4, 8),
    );
    await expect(decodeImage({ path }, 8)).rejects.toThrow();
  });
});

describe('12 bits in 16', () => {
  it('need no range in AVIF, which says how many bits it has', async () => {
    const background = { r: 200, g: 100, b: 50 };
    const image = sharp({ create: { width: 8, height: 8, channels: 3, background } });
    const path = put(join(root, 'twelve.avif'), await image.avif({ bitdepth: 12, quality: 100 }).toBuffer());
    for (const range of [undefined, [0, 4095] as const])
      expect([...(await decodeImage({ path, ...(range && { range }) }, 4)).pixels.subarray(0, 3)]).toEqual([
        200, 100, 50,
      ]);
  });

  async function folder(): Promise<string> {
    const place = temporaryFolder();
    for (let i = 0; i < 2; i++) {
      const values = Uint16Array.from({ length: 64 }, (_, j) => Math.round((j / 63) * 4095));
      const raw = { width: 8, height: 8, channels: 1 } as const;
      put(join(place, `a/${i}.png`), await sharp(values, { raw }).toColourspace('grey16').png().toBuffer());
    }
    return place;
  }

  it('are remarked by inspect, and shown by --image-range', async () => {
    const place = await folder();
    const dark = await openDataset(place);
    const { inspection } = await inspectDataset(dark, place);
    expect(inspection.remarks[0]).toMatchObject({
      title: '2 of 2 images read are nearly black',
      remedy: 'Give the values that are black and white: --image-range 0,4095.',
    });
    const shown = await openDataset(place, { imageRange: [0, 4095] });
    expect(shown.fingerprint).not.toBe(dark.fingerprint);
    const levels = async (data: typeof dark) => {
      const { pixels } = await decodeImage(data.samples[0]!.image, 8);
      return Array.from({ length: 64 }, (_, i) => pixels[4 * i]!);
    };
    expect(Math.max(...(await levels(dark)))).toBeLessThan(17);
    for (const [i, level] of (await levels(shown)).entries())
      expect(Math.abs(level - (i / 63) * 255)).toBeLessThanOrEqual(1);
    const again = await inspectDataset(shown, place);
    expect(again.inspection.remarks.map(({ title }) => title).join()).not.toMatch(/nearly black/);
  });
});

describe('color profiles', () => {
  it('are applied: Display P3 becomes sRGB', async () => {
    const background = { r: 0, g: 255, b: 0 };
    const image = sharp({ create: { width: 4, height: 4, channels: 3, background } });
    const path = put(join(root, 'p3.png'), await image.withIccProfile('p3').png().toBuffer());
    const { pixels } = await decodeImage({ path }, 4);
    // sharp converts to P3 as it writes the profile: read back, the color is the same as before, not P3's numbers.
    expect([pixels[0]! < 4, pixels[1]! > 251, pixels[2]! < 4]).toEqual([true, true, true]);
    const { data } = await sharp(path, {}).keepIccProfile().raw().toBuffer({ resolveWithObject: true });
    expect(data[0]).toBeGreaterThan(80); // the numbers in the file
  });

  // sRGB's (200, 100, 50) is about (177, 100, 56) in Adobe RGB; one level of rounding in the file is up to two here.
  it.each([8, 16] as const)('of Adobe RGB become sRGB, with %i bits', async (bits) => {
    const found = await shown(profiledPng({ color: [177, 100, 56], bits, profile: adobeRgb() }));
    for (const [i, level] of [200, 100, 50].entries())
      expect(Math.abs(found[i]! - level)).toBeLessThanOrEqual(2);
  });

  it('of gray are applied to 8 bits and not to 16; those of another kind of image are not', async () => {
    const gray = grayGamma(1.8);
    // (120 / 255)^1.8 = 0.2575, which sRGB writes as 0.5446 · 255 = 139.
    expect(await shown(profiledPng({ color: [120], bits: 8, profile: gray }))).toEqual([139, 139, 139]);
    expect(await shown(profiledPng({ color: [120], bits: 16, profile: gray }))).toEqual([120, 120, 120]);
    expect(await shown(profiledPng({ color: [177, 100, 56], bits: 8, profile: gray }))).toEqual([
      177, 100, 56,
    ]);
    expect(await shown(profiledPng({ color: [120], bits: 8, profile: adobeRgb() }))).toEqual([120, 120, 120]);
  });

  it('of CMYK are applied, and a usual one is assumed where there is none', async () => {
    const image = () =>
      sharp({ create: { width: 4, height: 4, channels: 3, background: { r: 200, g: 100, b: 50 } } });
    const jpeg = { quality: 100, chromaSubsampling: '4:4:4' } as const;
    for (const bytes of [
      await image().withIccProfile('cmyk').jpeg(jpeg).toBuffer(),
      await image().toColorspace('cmyk').jpeg(jpeg).toBuffer(),
    ]) {
      expect((await sharp(bytes).metadata()).space).toBe('cmyk');
      // The color is at the edge of what the profile prints: within 10 %.
      for (const [i, level] of (await shown(bytes)).entries())
        expect(Math.abs(level - [200, 100, 50][i]!)).toBeLessThan(30);
    }
  });
});

/** The first pixel of a file. */
async function shown(bytes: Uint8Array): Promise<number[]> {
  const { pixels } = await decodeImage({ path: put(join(root, `shown-${files++}`), bytes) }, 4);
  return [...pixels.subarray(0, 3)];
}

// The browser's arithmetic: preparation of an image against PyTorch, nearest items against sorting everything.
import { _upsampleBilinear2dAa, scoped, tensor } from '@xclr/torch';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/util/random.js';
import { nearest } from '../../web/nearest.js';
import { planOf, preprocess, type Rgba } from '../../web/preprocess.js';

/** Blurred noise: has detail at all scales that survive shrinking. */
async function image(width: number, height: number): Promise<Rgba> {
  const random = new Random(3);
  const noise = Uint8Array.from({ length: width * height * 3 }, () => random.below(256));
  const data = await sharp(noise, { raw: { width, height, channels: 3 } })
    .blur(2)
    .normalize()
    .ensureAlpha()
    .raw()
    .toBuffer();
  return { data, width, height };
}

const plain = { do_normalize: false, do_rescale: false } as const;

describe('preprocess', () => {
  it.each([
    ['smaller', 96, 64, 40],
    ['much smaller', 150, 100, 16],
    ['larger', 20, 30, 48],
  ])('resizes to %s as PyTorch does, antialiased', async (_, width, height, size) => {
    const source = await image(width, height);
    const { values } = preprocess(source, { ...plain, size: { height: size, width: size } });
    const expected = scoped(() => {
      const pixels = tensor(Float32Array.from(source.data), { shape: [1, height, width, 4] }); // (1, h, w, 4)
      const planes = pixels.permute([0, 3, 1, 2]).narrow(1, 0, 3).contiguous(); // (1, 3, h, w)
      const resized = _upsampleBilinear2dAa(planes, [size, size], false); // (1, 3, s, s)
      return resized.flatten().toArray() as Float32Array;
    });
    const worst = values.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
    expect(worst).toBeLessThan(0.51); // levels of 255: ours are rounded to 8 bits
  });

  it('crops the center after resizing the shorter side', () => {
    const config = {
      size: { shortest_edge: 256 },
      do_center_crop: true,
      crop_size: { height: 224, width: 224 },
    };
    expect(planOf({ width: 512, height: 1024 }, config)).toEqual({
      crop: { x: 32, y: 288, width: 448, height: 448 },
      width: 224,
      height: 224,
    });
  });

  it('keeps the size of an image that is not to be resized', async () => {
    const source = await image(8, 6);
    const { values } = preprocess(source, { ...plain, do_resize: false });
    expect(Array.from(values.slice(0, 8))).toEqual(Array.from({ length: 8 }, (_, x) => source.data[4 * x]));
  });

  it('rescales and normalizes each channel, and shows transparency on white', () => {
    const source = { data: Uint8Array.of(255, 0, 51, 255, 9, 9, 9, 0), width: 2, height: 1 };
    const config = { do_resize: false, image_mean: [0.5, 0.25, 0], image_std: [0.5, 1, 2] };
    const { values } = preprocess(source, config);
    const expected = [1, 1, -0.25, 0.75, 0.1, 0.5];
    values.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 6);
    });
  });
});

describe('nearest', () => {
  it('gives what sorting everything gives', () => {
    const random = new Random(4);
    const [n, d] = [200, 8];
    const vectors = Float32Array.from({ length: n * d }, () => random.normal());
    const query = Float32Array.from({ length: d }, () => random.normal());
    const score = (row: number) => query.reduce((sum, value, i) => sum + value * vectors[row * d + i]!, 0);
    const expected = Array.from({ length: n }, (_, row) => row).sort((a, b) => score(b) - score(a));
    expect(nearest(vectors, query, 9).map(({ row }) => row)).toEqual(expected.slice(0, 9));
  });

  it('keeps the order of equal items, and gives all where there are few', () => {
    expect(nearest(Float32Array.of(1, 0, 1, 0), Float32Array.of(2, 0), 5)).toEqual([
      { row: 0, score: 1 },
      { row: 1, score: 1 },
    ]);
  });

  it('refuses vectors of another width', () => {
    expect(() => nearest(new Float32Array(10), new Float32Array(4), 1)).toThrow(/10 numbers, no multiple/);
  });
});

// Resizing in plain JavaScript against LibTorch's antialiased resizing, which is Pillow's.
import { _upsampleBicubic2dAa, _upsampleBilinear2dAa, scoped, tensor } from '@xclr/torch';
import { describe, expect, it } from 'vitest';
import { resize } from '../../src/deploy/encoder/resize.js';
import { Random } from '../../src/util/random.js';

const resizings = { linear: _upsampleBilinear2dAa, cubic: _upsampleBicubic2dAa } as const;

describe('resize', () => {
  it.each([
    ['linear', 5, 7, 3, 16, 20],
    ['cubic', 5, 7, 3, 16, 20],
    ['linear', 40, 3, 3, 12, 9], // one side shrinks
    ['cubic', 40, 3, 1, 12, 9],
    ['cubic', 1, 1, 3, 4, 4],
    ['linear', 50, 37, 3, 22, 16], // both shrink
    ['cubic', 64, 48, 3, 9, 7],
  ] as const)(
    '%s, from %i×%i with %i channels to %i×%i, is what LibTorch gives',
    (kernel, width, height, channels, toWidth, toHeight) => {
      const random = new Random(5);
      const data = Uint8Array.from({ length: width * height * channels }, () => random.below(256));
      const ours = resize(
        { data, info: { width, height, channels } },
        { width: toWidth, height: toHeight },
        kernel,
      );
      expect(ours.info).toEqual({ width: toWidth, height: toHeight, channels });
      const theirs = scoped(() => {
        const pixels = tensor(data, { shape: [1, height, width, channels] }).to({ dtype: 'float64' }); // (1, h, w, c)
        const planes = pixels.permute([0, 3, 1, 2]).contiguous(); // (1, c, h, w)
        const resized = resizings[kernel](planes, [toHeight, toWidth], false).clamp({ min: 0, max: 255 });
        return resized.permute([0, 2, 3, 1]).contiguous().flatten().toNumbers(); // (H · W · c)
      });
      // A value is rounded to the nearest byte; 1e-3 allows for float32 between the two passes.
      for (const [i, value] of theirs.entries())
        expect(Math.abs(ours.data[i]! - value)).toBeLessThan(0.5 + 1e-3);
    },
  );

  it('gives a part of the result as it is in the whole', () => {
    const random = new Random(6);
    const info = { width: 31, height: 23, channels: 3 };
    const data = Uint8Array.from({ length: 31 * 23 * 3 }, () => random.below(256));
    const to = { width: 20, height: 15 };
    const whole = resize({ data, info }, to, 'linear').data;
    const part = { left: 4, top: 3, width: 9, height: 10 };
    const found = resize({ data, info }, to, 'linear', part);
    expect(found.info).toEqual({ width: 9, height: 10, channels: 3 });
    for (let y = 0; y < 10; y++) {
      const from = ((y + 3) * 20 + 4) * 3;
      expect(found.data.subarray(y * 27, (y + 1) * 27)).toEqual(whole.subarray(from, from + 27));
    }
  });
});

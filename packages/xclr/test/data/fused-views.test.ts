// The fused operator against the tensor operations: every recipe, both kinds of pixels, any number of threads.

import { getNumThreads, scoped, setNumThreads, type Tensor, tensor } from '@xclr/torch';
import { afterEach, describe, expect, it } from 'vitest';
import { emojiRecipe, lightRecipe, type Recipe, simclrRecipe } from '../../src/data/augment/recipe.js';
import { evaluationView, makeViews } from '../../src/data/augment/views.js';
import { Random } from '../../src/util/random.js';

const threads = getNumThreads();
afterEach(() => setNumThreads(threads));

/** Smooth and noisy images, transparent in places where there are four channels. */
function images(b: number, side: number, channels: 3 | 4): Uint8Array {
  const random = new Random(b, side, channels);
  return Uint8Array.from({ length: b * side * side * channels }, (_, i) => {
    const place = Math.floor(i / channels) % (side * side);
    const [x, y] = [place % side, Math.floor(place / side)];
    if (i % channels === 3)
      return (x - side / 2) ** 2 + (y - side / 2) ** 2 < (side / 2.5) ** 2 ? 255 : random.below(3) * 100;
    return Math.round(127 + 100 * Math.sin(x / 5 + (i % channels)) * Math.cos(y / 7)) ^ random.below(16);
  });
}

const solarizing: Recipe = {
  ...simclrRecipe(40),
  solarize: { probability: 0.5, threshold: 0.5 },
};

interface Case {
  readonly name: string;
  readonly recipe: Recipe;
  readonly side: number;
  readonly size: number;
  readonly channels: 3 | 4;
}

const cases: Case[] = [
  { name: 'SimCLR', recipe: simclrRecipe(40), side: 53, size: 40, channels: 3 },
  { name: 'SimCLR with alpha', recipe: simclrRecipe(40), side: 53, size: 40, channels: 4 },
  { name: 'SimCLR, larger than the image', recipe: simclrRecipe(61), side: 20, size: 61, channels: 3 },
  { name: 'light', recipe: lightRecipe, side: 64, size: 31, channels: 3 },
  { name: 'emoji', recipe: emojiRecipe, side: 64, size: 48, channels: 4 },
  { name: 'emoji without alpha', recipe: emojiRecipe, side: 64, size: 48, channels: 3 },
  { name: 'solarize', recipe: solarizing, side: 47, size: 40, channels: 3 },
];

function largestOf(a: Tensor, b: Tensor): number {
  return scoped(() => a.sub(b).abs().amax().item());
}

describe.each(cases)('$name', ({ recipe, side, size, channels }) => {
  const b = 8;
  const options = {
    aspect: Float32Array.from({ length: b }, (_, i) => 0.5 + i / 4),
    ids: Int32Array.from({ length: b }, (_, i) => 10 * i),
    seed: 3,
    size,
    recipe,
  };

  /**
   * Float32 sums of some dozen terms in another order, times 1/std (up to 4.5): 1e-5 is typical. A hue turned at a gray
   * pixel, and solarize at its threshold, may jump; so a fraction of one in ten thousand may differ more.
   */
  function expectSame(fused: Tensor, reference: Tensor): void {
    expect(fused.shape).toEqual(reference.shape);
    const [one, other] = [fused.contiguous(), reference.contiguous()];
    using held = one;
    using heldOther = other;
    const [a, c] = [held.toArray() as Float32Array, heldOther.toArray() as Float32Array];
    const far = a.reduce((count, value, i) => count + Number(!(Math.abs(value - c[i]!) < 5e-4)), 0);
    expect(far).toBeLessThanOrEqual(a.length / 10_000);
  }

  it('makes the same training views', () => {
    using pixels = tensor(images(b, side, channels), { shape: [b, side, side, channels] });
    using fused = makeViews(pixels, { ...options, epoch: 5, views: 3 });
    using reference = makeViews(pixels, { ...options, epoch: 5, views: 3, method: 'tensors' });
    expectSame(fused, reference);
    using other = makeViews(pixels, { ...options, epoch: 6, views: 3 });
    expect(largestOf(fused, other)).toBeGreaterThan(0.1);
  });

  it('makes the same evaluation views', () => {
    using pixels = tensor(images(b, side, channels), { shape: [b, side, side, channels] });
    using fused = evaluationView(pixels, options);
    using reference = evaluationView(pixels, { ...options, method: 'tensors' });
    expectSame(fused, reference);
  });

  it('makes the same bits on one thread and on three, in a batch and alone', () => {
    const all = images(b, side, channels);
    using pixels = tensor(all, { shape: [b, side, side, channels] });
    setNumThreads(1);
    using one = makeViews(pixels, { ...options, epoch: 0 });
    setNumThreads(3);
    using three = makeViews(pixels, { ...options, epoch: 0 });
    expect(largestOf(one, three)).toBe(0);
    const bytes = side * side * channels;
    using last = tensor(all.slice((b - 1) * bytes), { shape: [1, side, side, channels] });
    using alone = makeViews(last, {
      ...options,
      aspect: options.aspect.slice(b - 1),
      ids: options.ids.slice(b - 1),
      epoch: 0,
    });
    using first = one.narrow(0, b - 1, 1);
    using its = alone.narrow(0, 0, 1);
    expect(largestOf(first, its)).toBe(0);
  });
});

// Views: independence of the batch, placement, backgrounds, the fast color map, presets.

import { liveTensors, scoped, type Tensor, tensor } from '@xclr/torch';
import { describe, expect, it } from 'vitest';
import { jitterAffine } from '../../src/data/augment/affine-color.js';
import { centerBox, placementBox } from '../../src/data/augment/boxes.js';
import { checkRecipe } from '../../src/data/augment/check-recipe.js';
import { drawBackground, drawView } from '../../src/data/augment/parameters.js';
import {
  emojiRecipe,
  lightRecipe,
  type Recipe,
  recipes,
  simclrRecipe,
} from '../../src/data/augment/recipe.js';
import { composite, drawnBackgrounds, resample } from '../../src/data/augment/resample.js';
import { evaluationView, makeViews } from '../../src/data/augment/views.js';
import { UserError } from '../../src/util/errors.js';
import { Random } from '../../src/util/random.js';

const S = 12;

/** (count, S, S, 4) noise; alpha is 255 in the left half, 0 in the right when `cut` is on. */
function images(count: number, { cut = false } = {}): Tensor {
  const random = new Random(99);
  const bytes = Uint8Array.from({ length: count * S * S * 4 }, (_, i) => {
    const x = Math.floor(i / 4) % S;
    if (i % 4 === 3) return cut && x >= S / 2 ? 0 : 255;
    return random.below(256);
  });
  return tensor(bytes, { shape: [count, S, S, 4] });
}

const numbers = (x: Tensor) => x.contiguous().toArray() as Float32Array;
const common = { seed: 5, size: 8 };
const ids = (...values: number[]) => Int32Array.from(values);
const aspects = (n: number) => new Float32Array(n).fill(1.5);
const all: [string, Recipe][] = Object.entries(recipes).map(([name, make]) => [name, make(8)]);
const solarized: Recipe = { ...simclrRecipe(8), solarize: { probability: 0.5, threshold: 0.5 } };

describe.each([...all, ['solarized', solarized] as [string, Recipe]])('makeViews with %s', (_, recipe) => {
  it('gives (views·b, 3, size, size) finite numbers, view-major, and leaks nothing', () => {
    const before = liveTensors();
    using pixels = images(3, { cut: true });
    using views = makeViews(pixels, { ...common, aspect: aspects(3), ids: ids(0, 1, 2), epoch: 0, recipe });
    expect(liveTensors()).toBe(before + 2);
    expect(views.shape).toEqual([6, 3, 8, 8]);
    expect(views.dtype).toBe('float32');
    expect((views.toArray() as Float32Array).every(Number.isFinite)).toBe(true);
  });

  it('gives a sample the same views in any batch, others in another epoch, view or seed', () => {
    scoped(() => {
      const pixels = images(3);
      const options = { ...common, recipe, aspect: aspects(3), ids: ids(7, 8, 9), epoch: 2 };
      const whole = makeViews(pixels, options); // (6, 3, 8, 8)
      const alone = makeViews(pixels.narrow(0, 1, 1), { ...options, aspect: aspects(1), ids: ids(8) });
      const worst = (a: Tensor, b: Tensor) => a.sub(b).abs().amax().item();
      expect(worst(alone.select(0, 0), whole.select(0, 1))).toBeLessThan(1e-4);
      expect(worst(alone.select(0, 1), whole.select(0, 4))).toBeLessThan(1e-4);
      expect(numbers(makeViews(pixels, options))).toEqual(numbers(whole));
      expect(worst(alone.select(0, 0), alone.select(0, 1))).toBeGreaterThan(0.05);
      for (const change of [{ epoch: 3 }, { seed: 6 }]) {
        expect(worst(makeViews(pixels, { ...options, ...change }), whole)).toBeGreaterThan(0.05);
      }
    });
  });

  it('shows evaluation the same view every time', () => {
    scoped(() => {
      const pixels = images(2, { cut: true });
      const options = { ...common, recipe, aspect: aspects(2), ids: ids(3, 4) };
      const first = numbers(evaluationView(pixels, options));
      expect(evaluationView(pixels, options).shape).toEqual([2, 3, 8, 8]);
      expect(numbers(evaluationView(pixels, options))).toEqual(first);
      const other = numbers(evaluationView(pixels, { ...options, rendering: 1 }));
      if (recipe.evaluation.background === 'random') expect(other).not.toEqual(first);
      else expect(other).toEqual(first);
    });
  });
});

describe('placement', () => {
  it('keeps the drawing inside at overlap 1, and its proportions', () => {
    const geometry = { kind: 'place', size: [0.3, 0.9], overlap: 1, ratio: [1, 1], flip: 0.5 } as const;
    for (let i = 0; i < 500; i++) {
      const { x, y, width, height } = placementBox(new Random(i), geometry, 2);
      const [w, h] = [1 / width, 1 / height]; // of the image, in views
      expect(w).toBeGreaterThanOrEqual(0.3 - 1e-9);
      expect(w).toBeLessThanOrEqual(0.9 + 1e-9);
      expect(w / h).toBeCloseTo(2, 6);
      expect(-x * w).toBeGreaterThanOrEqual(-1e-9);
      expect(-x * w + w).toBeLessThanOrEqual(1 + 1e-9);
      expect(-y * h + h).toBeLessThanOrEqual(1 + 1e-9);
    }
  });

  it('lets the stated fraction of the side hang out', () => {
    const geometry = { kind: 'place', size: [0.5, 0.5], overlap: 0.8, ratio: [1, 1], flip: 0 } as const;
    const lefts = Array.from({ length: 2000 }, (_, i) => -placementBox(new Random(i), geometry, 1).x / 2);
    expect(Math.min(...lefts)).toBeGreaterThanOrEqual(-0.1);
    expect(Math.min(...lefts)).toBeLessThan(-0.09);
    expect(Math.max(...lefts)).toBeLessThanOrEqual(0.6);
    expect(Math.max(...lefts)).toBeGreaterThan(0.59);
  });

  it('puts an opaque square where the box says and background elsewhere', () => {
    scoped(() => {
      const red = tensor(
        Uint8Array.from({ length: S * S * 4 }, (_, i) => (i % 4 === 1 || i % 4 === 2 ? 0 : 255)),
        {
          shape: [1, S, S, 4],
        },
      );
      // The image covers the right half of the width and the upper half of the height: it is half as large as the view.
      const boxes = [{ x: -1, y: 0, width: 2, height: 2, flip: false }];
      const layers = resample(red, boxes, { out: 8, edges: 'none', device: 'cpu' });
      const blue = drawnBackgrounds([{ cells: 1, colors: Float32Array.from([0, 0, 1]) }], 8, 'cpu');
      const view = numbers(composite(layers, blue)); // (1, 3, 8, 8)
      const at = (x: number, y: number) => [0, 1, 2].map((c) => view[(c * 8 + y) * 8 + x]!);
      const close = (actual: number[], expected: number[]) =>
        actual.forEach((value, c) => {
          expect(value).toBeCloseTo(expected[c]!, 5);
        });
      close(at(6, 1), [1, 0, 0]);
      close(at(1, 1), [0, 0, 1]);
      close(at(6, 6), [0, 0, 1]);
    });
  });

  it('does not let the color of transparent pixels bleed', () => {
    scoped(() => {
      const bytes = Uint8Array.from({ length: S * S * 4 }, (_, i) => {
        const left = Math.floor(i / 4) % S < S / 2;
        return left ? (i % 4 === 3 ? 255 : 0) : i % 4 === 0 ? 255 : 0; // opaque black | transparent red
      });
      const layers = resample(tensor(bytes, { shape: [1, S, S, 4] }), [centerBox(1, 5, 1)], {
        out: 5,
        edges: 'box',
        device: 'cpu',
      });
      const black = drawnBackgrounds([{ cells: 1, colors: new Float32Array(3) }], 5, 'cpu');
      expect(composite(layers, black).amax().item()).toBe(0);
    });
  });
});

describe('backgrounds', () => {
  it('stretch linearly between cell centers', () => {
    scoped(() => {
      const colors = Float32Array.from([0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1]); // 2 × 2: black | white
      const row = numbers(drawnBackgrounds([{ cells: 2, colors }], 8, 'cpu')).slice(0, 8);
      [0, 0, 0.125, 0.375, 0.625, 0.875, 1, 1].forEach((value, x) => {
        expect(row[x]).toBeCloseTo(value, 5);
      });
    });
  });

  it('are plain a third of the time and colorful', () => {
    const drawn = Array.from({ length: 600 }, (_, i) => drawBackground(new Random(i)));
    expect(drawn.filter(({ cells }) => cells === 1).length / 600).toBeCloseTo(1 / 3, 1);
    const reds = drawn.map(({ colors }) => colors[0]!);
    expect(reds.reduce((a, b) => a + b, 0) / 600).toBeCloseTo(0.5, 1);
  });

  it('are the same for both renderings of a key and change with the view', () => {
    const key = { seed: 1, epoch: 0, sample: 3, view: 0 };
    expect(drawView(emojiRecipe, key, 1)).toEqual(drawView(emojiRecipe, key, 1));
    expect(drawView(emojiRecipe, { ...key, view: 1 }, 1).background).not.toEqual(
      drawView(emojiRecipe, key, 1).background,
    );
  });
});

describe('jitterAffine', () => {
  const none = { brightness: 1, contrast: 1, saturation: 1, hue: 0 };
  const image = () => {
    const random = new Random(4);
    return tensor(
      Float32Array.from({ length: 3 * 16 }, () => random.between(0.3, 0.6)),
      { shape: [1, 3, 4, 4] },
    );
  };
  const change = (changes: Partial<typeof none>, gray = false) =>
    scoped(() => [...numbers(jitterAffine(image(), [{ ...none, ...changes }], [gray]))]);
  const original = scoped(() => [...numbers(image())]);
  const luma = (values: number[], pixel: number) =>
    0.299 * values[pixel]! + 0.587 * values[16 + pixel]! + 0.114 * values[32 + pixel]!;
  const meanLuma = (values: number[]) =>
    values.slice(0, 16).reduce((sum, _, pixel) => sum + luma(values, pixel) / 16, 0);

  it('changes nothing at neutral strengths', () => {
    change({}).forEach((value, i) => {
      expect(value).toBeCloseTo(original[i]!, 5);
    });
  });

  it('scales brightness, pivots contrast on the mean luma, and keeps luma when hue turns or color fades', () => {
    change({ brightness: 1.3 }).forEach((value, i) => {
      expect(value).toBeCloseTo(original[i]! * 1.3, 5);
    });
    const pivot = meanLuma(original);
    change({ contrast: 0.4 }).forEach((value, i) => {
      expect(value).toBeCloseTo(0.4 * original[i]! + 0.6 * pivot, 4);
    });
    for (const values of [change({ hue: 0.1 }), change({ saturation: 0.5 }), change({}, true)]) {
      for (let pixel = 0; pixel < 16; pixel++)
        expect(luma(values, pixel)).toBeCloseTo(luma(original, pixel), 4);
    }
    const gray = change({}, true);
    for (let pixel = 0; pixel < 16; pixel++) expect(gray[pixel]).toBeCloseTo(gray[32 + pixel]!, 4);
    change({ hue: 1 }).forEach((value, i) => {
      expect(value).toBeCloseTo(original[i]!, 4); // a whole turn
    });
  });
});

describe('bad input', () => {
  it('in a recipe is named part by part', () => {
    for (const [, recipe] of all) expect(() => checkRecipe(recipe)).not.toThrow();
    const bad = {
      ...emojiRecipe,
      geometry: { ...emojiRecipe.geometry, kind: 'crop' },
      gray: 1.5,
      blur: { probability: 0.5, sigma: [2, 0.1], kernel: 4 },
    } as unknown as Recipe;
    const attempt = () => checkRecipe(bad);
    expect(attempt).toThrow(UserError);
    for (const part of [
      /geometry\.scale/,
      /gray: .*<=1/,
      /blur\.sigma: .*from ≤ to/,
      /blur\.kernel: .*odd/,
    ]) {
      expect(attempt).toThrow(part);
    }
  });

  it('is named', () => {
    using wrong = tensor(new Uint8Array(S * S * 2), { shape: [1, S, S, 2] });
    const options = { ...common, recipe: lightRecipe, aspect: aspects(1), ids: ids(0), epoch: 0 };
    expect(() => makeViews(wrong, options)).toThrow(
      /pixels must be \(b, h, w, 3 or 4\) uint8, got \(1, 12, 12, 2\)/,
    );
    scoped(() => {
      const some = [images(1).select(0, 0), images(1)];
      expect(() => makeViews(some, { ...options, aspect: aspects(2), ids: ids(0, 1) })).toThrow(
        /pixels must be \(h, w, 3 or 4\) uint8, got \(1, 12, 12, 4\)/,
      );
    });
    using pixels = images(2);
    expect(() => evaluationView(pixels, options)).toThrow(/each of the 2 images, got 1 and 1/);
  });
});

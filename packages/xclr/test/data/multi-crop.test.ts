// Multi-crop: which views there are, of what size and of which parts, and what they depend on.

import { scoped, type Tensor, tensor } from '@xclr/torch';
import { describe, expect, it } from 'vitest';
import { checkRecipe } from '../../src/data/augment/check-recipe.js';
import { makeViewsBySize, viewsPerSample } from '../../src/data/augment/multi-crop.js';
import { emojiRecipe, multiCropRecipe, type Recipe, simclrRecipe } from '../../src/data/augment/recipe.js';
import { makeViews } from '../../src/data/augment/views.js';
import { Random } from '../../src/util/random.js';

const side = 40;
const recipe: Recipe = {
  ...multiCropRecipe(32),
  localCrops: { count: 3, size: 16, scale: [0.05, 0.14] },
};
const options = {
  aspect: Float32Array.of(1, 1.5),
  ids: Int32Array.of(4, 9),
  seed: 2,
  size: 32,
  recipe,
  epoch: 1,
};

function images(b = 2): Tensor {
  const random = new Random(17);
  return tensor(
    Uint8Array.from({ length: b * side * side * 3 }, () => random.below(256)),
    { shape: [b, side, side, 3] },
  );
}

const worst = (a: Tensor, b: Tensor) => scoped(() => a.sub(b).abs().amax().item());

describe('makeViewsBySize', () => {
  it('gives a tensor for each size', () => {
    scoped(() => {
      const shapes = (of: Recipe) =>
        makeViewsBySize(images(), { ...options, recipe: of }).map(({ shape }) => shape);
      expect(shapes(recipe)).toEqual([
        [4, 3, 32, 32],
        [6, 3, 16, 16],
      ]);
      expect(shapes(simclrRecipe(32))).toEqual([[4, 3, 32, 32]]);
      expect(viewsPerSample(recipe)).toBe(5);
      expect(viewsPerSample(simclrRecipe(32))).toBe(2);
    });
  });

  it('leaves the full views as they are without local ones', () => {
    scoped(() => {
      const [full] = makeViewsBySize(images(), options);
      expect(worst(full!, makeViews(images(), { ...options, recipe: { ...recipe, localCrops: null } }))).toBe(
        0,
      );
    });
  });

  it('makes five different views of a sample, the same in any batch', () => {
    scoped(() => {
      const [, local] = makeViewsBySize(images(), options); // (3·2, 3, 16, 16)
      const alone = makeViewsBySize(images().narrow(0, 1, 1).contiguous(), {
        ...options,
        aspect: options.aspect.slice(1),
        ids: options.ids.slice(1),
      });
      for (let view = 0; view < 3; view++) {
        expect(worst(local!.select(0, 2 * view + 1), alone[1]!.select(0, view))).toBe(0);
        expect(worst(local!.select(0, 2 * view), local!.select(0, (2 * view + 2) % 6))).toBeGreaterThan(0.05);
      }
      expect(worst(makeViewsBySize(images(), { ...options, epoch: 2 })[1]!, local!)).toBeGreaterThan(0.05);
    });
  });

  it('shows parts of the asked area: a ramp across the image spans as much of its range as the crop is wide', () => {
    // Values rise evenly from left to right, so a view's range tells the width of its window, and rows tell nothing.
    const b = 200;
    const ramp = Uint8Array.from({ length: b * side * side * 3 }, (_, i) =>
      Math.round((255 * (Math.floor(i / 3) % side)) / (side - 1)),
    );
    const plain: Recipe = {
      ...recipe,
      color: null,
      gray: 0,
      blur: null,
      geometry: { kind: 'crop', scale: [0.64, 1], ratio: [1, 1], flip: 0.5 },
      localCrops: { count: 2, size: 16, scale: [0.04, 0.09] },
      normalize: { mean: [0, 0, 0], std: [1, 1, 1] },
    };
    scoped(() => {
      const [full, local] = makeViewsBySize(tensor(ramp, { shape: [b, side, side, 3] }), {
        ...options,
        aspect: new Float32Array(b).fill(1),
        ids: Int32Array.from({ length: b }, (_, i) => i),
        recipe: plain,
      });
      const widths = (views: Tensor) =>
        [
          ...(views
            .amax({ dim: [1, 2, 3] })
            .sub(views.amin({ dim: [1, 2, 3] }))
            .toArray() as Float32Array),
        ].toSorted((x, y) => x - y);
      // Half a pixel of the view, and half a pixel of the source, are lost at each side.
      const [wide, narrow] = [widths(full!), widths(local!)];
      expect(wide[0]).toBeGreaterThan(0.8 - 0.06);
      expect(narrow[0]).toBeGreaterThan(0.2 - 0.06);
      expect(narrow.at(-1)).toBeLessThan(0.3 + 0.03);
      // Areas are uniform: the median width is √0.065 = 0.255, less what the edges lose.
      expect(Math.abs(narrow[narrow.length / 2]! - 0.24)).toBeLessThan(0.02);
    });
  });
});

describe('the recipe', () => {
  it("has SwAV's sizes at 224 pixels, and whole steps of 8 at others", () => {
    expect(multiCropRecipe().localCrops).toEqual({ count: 6, size: 96, scale: [0.05, 0.14] });
    expect(multiCropRecipe(64).localCrops!.size).toBe(24);
    for (const size of [8, 32, 64, 224]) expect(() => checkRecipe(multiCropRecipe(size))).not.toThrow();
  });

  it('is refused where there is nothing to cut out, and part by part', () => {
    const { localCrops } = recipe;
    expect(() => checkRecipe({ ...emojiRecipe, localCrops })).toThrow(
      /localCrops: .*geometry of kind 'crop'/,
    );
    expect(() => checkRecipe({ ...recipe, localCrops: { count: 0, size: 4, scale: [0.2, 0.1] } })).toThrow(
      /localCrops\.count[\s\S]*localCrops\.size[\s\S]*localCrops\.scale: .*from ≤ to/,
    );
  });
});

// The views page: the same views that training makes, and the recipe in words.
import { scoped } from '@xclr/torch';
import { parseHTML } from 'linkedom';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { lightRecipe, makeViews, recipes } from '../../src/data/augment/index.js';
import { aspectsOf } from '../../src/data/decode/decoded.js';
import { imageTensors } from '../../src/data/image-tensors.js';
import { ImageStore } from '../../src/data/images.js';
import { openDataset } from '../../src/data/open.js';
import { evaluationText, recipeStages } from '../../src/inspect/describe-recipe.js';
import { viewImages, viewsPage } from '../../src/inspect/index.js';
import { putSet } from './make.js';

interface Element {
  readonly textContent: string;
  querySelectorAll(selector: string): Element[];
}

const settings = { recipe: lightRecipe, size: 32, source: { shorter: 43 }, seed: 7, images: 4, views: 3 };

describe('viewImages', () => {
  it('shows what training makes', async () => {
    const dataset = await openDataset(await putSet());
    const [first] = await viewImages(dataset, settings);
    const index = dataset.samples.findIndex(({ id }) => id === first!.id);
    await using store = new ImageStore(dataset, { size: settings.source });
    const batch = await store.fetch(Int32Array.from([index]));
    const expected = scoped(() => {
      const pixels = imageTensors(batch.images); // 1 of (h, w, 3 or 4)
      const options = {
        aspect: aspectsOf(batch.images),
        ids: batch.indices,
        seed: 7,
        size: 32,
        recipe: lightRecipe,
        epoch: 0,
      };
      return Array.from(makeViews(pixels, options).toArray() as Float32Array); // (2, 3, 32, 32)
    });
    const { mean, std } = lightRecipe.normalize;
    for (const view of [0, 1]) {
      const bytes = Buffer.from(first!.views[view]!.dataUri.split(',')[1]!, 'base64');
      const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
      expect([info.width, info.height]).toEqual([32, 32]);
      // One color an image, so that WebP's loss stays small: the color is the view's.
      for (let c = 0; c < 3; c++) {
        const value = 255 * (expected[(view * 3 + c) * 1024 + 500]! * std[c]! + mean[c]!);
        expect(Math.abs(data[500 * 3 + c]! - Math.min(255, Math.max(0, value)))).toBeLessThan(6);
      }
    }
  });

  it('shows the local views that multi-crop trains on, at their own size', async () => {
    const dataset = await openDataset(await putSet());
    const recipe = recipes.multicrop(32);
    const [first] = await viewImages(dataset, { ...settings, recipe });
    const sides = await Promise.all(
      first!.views.map(async ({ dataUri }) => {
        const { width } = await sharp(Buffer.from(dataUri.split(',')[1]!, 'base64')).metadata();
        return width;
      }),
    );
    const { count, size } = recipe.localCrops!;
    expect(sides).toEqual([32, 32, ...Array(count).fill(size)]);
  });

  it('passes over what is broken, and gives the same for one seed', async () => {
    const dataset = await openDataset(await putSet({ broken: ['crane-0.png'] }));
    const shown = await viewImages(dataset, settings);
    expect(shown.map(({ id }) => id)).not.toContain('crane-0.png');
    expect(shown).toHaveLength(3);
    expect(await viewImages(dataset, settings)).toEqual(shown);
    expect(await viewImages(dataset, { ...settings, seed: 8 })).not.toEqual(shown);
  });
});

describe('viewsPage', () => {
  it('has each image with its views, its evaluation view and every stage', async () => {
    const dataset = await openDataset(await putSet());
    const images = await viewImages(dataset, settings);
    const page = viewsPage({
      name: dataset.name,
      path: 'things.csv',
      recipeName: 'light',
      recipe: lightRecipe,
      size: 32,
      images,
      created: new Date(0),
    });
    const { document } = parseHTML(page) as unknown as { document: Element };
    expect(document.querySelectorAll('.views .row')).toHaveLength(4);
    expect(document.querySelectorAll('.views li')).toHaveLength(4 * (3 + 1));
    expect(document.querySelectorAll('.stages li')).toHaveLength(recipeStages(lightRecipe).length);
  });
});

describe('recipeStages', () => {
  it('tells the numbers, and what is off', () => {
    const told = (name: keyof typeof recipes) => recipeStages(recipes[name](224)).map(({ text }) => text);
    expect(told('simclr')[0]).toBe(
      "A window of 8 % to 100 % of the image's area, its width 0.75 to 1.33 times its height, enlarged to the view. Mirrored left and right in 50 % of the views.",
    );
    expect(told('simclr').join(' ')).toMatch(
      /80 % of the views, brightness.*±80 %.*±72°.*20 % of the views lose/,
    );
    expect(told('emoji')[0]).toMatch(/longer side becomes 60 % to 120 %.*at least 90 %/);
    expect(
      recipeStages(lightRecipe)
        .filter(({ on }) => !on)
        .map(({ title }) => title),
    ).toEqual(['Background', 'Policy', 'Grayscale', 'Blur', 'Solarize', 'Random erasing', 'Local crops']);
    expect(evaluationText(recipes.simclr(224))).toMatch(/a square of 87\.5 %/);
  });

  it('says something of a stage it does not know', () => {
    const recipe = { ...lightRecipe, sprinkle: { amount: 3 } };
    expect(recipeStages(recipe).at(-1)).toMatchObject({ title: 'sprinkle', on: true, text: '{"amount":3}' });
  });
});

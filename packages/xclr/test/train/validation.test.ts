// After which steps the validation loss is measured, and on which batches.
import { type Tensor, tensor, zeros } from '@xclr/torch';
import { describe, expect, it } from 'vitest';
import type { ImageReader } from '../../src/data/index.js';
import { resolveTrainConfig } from '../../src/train/config.js';
import type { StepSetup } from '../../src/train/step.js';
import { Validation, validationBatches } from '../../src/train/validation.js';
import { viewRecipe } from '../../src/train/view-recipe.js';

/** The steps after which a run of `totalSteps` steps of 8 images measures the loss on `images` of them. */
function dueSteps({ totalSteps, images }: { totalSteps: number; images: number }): number[] {
  const config = resolveTrainConfig({ base: { data: { path: 'x.csv' } }, overrides: { batchSize: 8 } });
  const validation = new Validation(
    { config } as StepSetup,
    {} as ImageReader,
    Int32Array.from({ length: images }, (_, i) => i),
    totalSteps,
  );
  return Array.from({ length: totalSteps }, (_, i) => i + 1).filter((step) => validation.due(step));
}

describe('the validation loss', () => {
  it('is measured ten times a run, the last step among them', () => {
    expect(dueSteps({ totalSteps: 100, images: 16 })).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
    expect(dueSteps({ totalSteps: 25, images: 16 })).toEqual([3, 6, 9, 12, 15, 18, 21, 24, 25]);
  });

  it('takes no more batches than were trained on since the last time, but after the last step', () => {
    expect(dueSteps({ totalSteps: 4, images: 88 })).toEqual([4]);
    expect(dueSteps({ totalSteps: 25, images: 88 })).toEqual([11, 22, 25]);
  });

  it('needs two images', () => {
    expect(dueSteps({ totalSteps: 10, images: 1 })).toEqual([]);
  });
});

describe('the validation batches', () => {
  const range = (n: number) => Int32Array.from({ length: n }, (_, i) => i);

  it('have every sample once, in sizes that differ by one at most, never one alone', () => {
    for (const [n, batchSize] of [
      [2, 8],
      [3, 2],
      [10, 3],
      [129, 128],
      [190, 128],
      [1000, 128],
    ] as const) {
      const batches = validationBatches(range(n), batchSize, 3);
      expect([...batches.flatMap((batch) => [...batch])].sort((a, b) => a - b)).toEqual([...range(n)]);
      const sizes = batches.map(({ length }) => length);
      expect(Math.max(...sizes) - Math.min(...sizes), `${n} by ${batchSize}`).toBeLessThanOrEqual(1);
      expect(Math.min(...sizes)).toBeGreaterThanOrEqual(2);
      expect(Math.max(...sizes)).toBeLessThan(1.5 * batchSize + 1);
    }
    expect(validationBatches(range(1), 8, 3)).toEqual([]);
  });

  it('mix classes that lie in folders, in the same way every time', () => {
    const folders = 20; // of 50 images each
    const batches = validationBatches(range(1000), 100, 3);
    for (const batch of batches)
      expect(new Set(Array.from(batch, (i) => Math.floor(i / 50))).size).toBeGreaterThan(folders / 2);
    expect(validationBatches(range(1000), 100, 3)).toEqual(batches);
    expect(validationBatches(range(1000), 100, 4)).not.toEqual(batches);
  });
});

describe('the mean', () => {
  const config = resolveTrainConfig({
    base: { data: { path: 'x.csv' }, views: { size: 8 }, batchSize: 4, steps: 1 },
  });
  const store = {
    size: 10,
    fetch: (asked: Int32Array) => {
      const indices = asked.filter((i) => i !== 5); // one is broken
      const image = { pixels: new Uint8Array(300), width: 10, height: 10, channels: 3, aspect: 1 };
      return Promise.resolve({ indices, images: Array.from(indices, () => image) });
    },
  } as unknown as ImageReader;
  const measured = (
    images: number,
    compare: (ids: Int32Array) => { loss: Tensor; comparable?: boolean },
  ): Promise<number | undefined> => {
    const learner = {
      model: { eval: () => undefined, train: () => undefined },
      embed: () => [],
      compare: (_: unknown, __: unknown, batch: { ids: Int32Array }) => compare(batch.ids),
    };
    const setup = { config, device: 'cpu', recipe: viewRecipe(config.views), views: 1, learner };
    return new Validation(
      setup as unknown as StepSetup,
      store,
      Int32Array.from({ length: images }, (_, i) => i),
      1,
    ).measure();
  };

  it('is over samples: each counts alike, whatever its batch, and the tail is kept', async () => {
    // A batch's loss is the mean of its samples' numbers: the mean over samples is that of all numbers but the broken one's.
    const mean = (ids: Int32Array) => tensor(ids.reduce((sum, id) => sum + id, 0) / ids.length);
    const expected = (45 - 5) / 9;
    expect(await measured(10, (ids) => ({ loss: mean(ids) }))).toBeCloseTo(expected, 5); // float32
  });

  it('leaves out batches in which nothing can be told apart, and is undefined where that is all of them', async () => {
    const one = (ids: Int32Array) => ({
      loss: ids.includes(0) ? zeros([]) : tensor(2),
      comparable: !ids.includes(0),
    });
    expect(await measured(10, one)).toBe(2);
    expect(await measured(10, () => ({ loss: zeros([]), comparable: false }))).toBeUndefined();
  });
});

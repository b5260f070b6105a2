// After which steps the validation loss is measured.
import { describe, expect, it } from 'vitest';
import type { ImageReader } from '../../src/data/index.js';
import { resolveTrainConfig } from '../../src/train/config.js';
import type { StepSetup } from '../../src/train/step.js';
import { Validation } from '../../src/train/validation.js';

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

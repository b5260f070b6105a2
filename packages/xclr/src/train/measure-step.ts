// How long a step takes, measured on images that are made up, before anything is trained.

import { scoped } from '@xclr/torch';
import { minOf } from '../util/arrays.js';
import { createOptimizer } from './optimize.js';
import type { Prepared } from './prepare.js';
import { trainStep } from './step.js';
import { viewRecipe } from './view-recipe.js';
import { viewSource } from './view-source.js';

/** Images a measured step at most: a step's time grows with its images, so that a small one tells of a large one. */
const most = 16;

/** Seconds that a step will take, decoding aside: the faster of two steps after one that warms up. */
export function measureStep({ config, device, objective, training }: Prepared): number {
  const learner = objective.createLearner();
  using model = learner.model.train();
  using optimizer = createOptimizer(model, config);
  const images = Math.min(most, config.batchSize);
  const { shorter: side } = viewSource(config.views);
  const batch = {
    indices: training.slice(0, images),
    images: Array.from({ length: images }, (_, image) => ({
      pixels: Uint8Array.from({ length: side * side * 3 }, (_, i) => ((i + image) * 2_654_435_761) >>> 24),
      width: side,
      height: side,
      channels: 3 as const,
      aspect: 1,
    })),
    position: { epoch: 0 },
  } as const;
  const recipe = viewRecipe(config.views);
  const setup = { config, device, recipe, views: objective.views, learner, optimizer };
  const seconds = [0, 1, 2].map(() => {
    const began = performance.now();
    scoped(() => void trainStep(setup, batch));
    return (performance.now() - began) / 1000;
  });
  return (minOf(seconds.slice(1)) * config.batchSize) / images;
}

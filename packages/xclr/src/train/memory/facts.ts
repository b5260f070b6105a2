// What the memory estimate needs to know of a training, counted on its own modules.
import { viewsPerSample } from '../../data/augment/index.js';
import type { Dataset } from '../../data/index.js';
import type { TrainConfig } from '../config.js';
import { forwardViews, inPrecision } from '../objectives/forward.js';
import type { Learner } from '../objectives/index.js';
import { createTrainingModel } from '../training-model.js';
import { decodedBytes, type HeaderSize } from '../typical-images.js';
import { viewRecipe } from '../view-recipe.js';
import { viewSource } from '../view-source.js';
import { activationBytesAnImage } from './activations.js';
import type { MemoryFacts } from './estimate.js';
import { presentMemory } from './limits.js';

export interface MeasuredTraining {
  readonly config: TrainConfig;
  readonly device: string;
  readonly dataset: Dataset;
  readonly training: Int32Array;
  /** Images that are decoded. */
  readonly images: number;
  /** Sizes of some of them, from their headers. */
  readonly sizes: readonly HeaderSize[];
  /** Views of full size an image. */
  readonly views: number;
  /** Processes that train together; 1 by default. */
  readonly processes?: number;
}

/** Decoding threads that `auto` means. */
const usualWorkers = 2;

/** Counts with a learner made for it, which the caller disposes of. */
export function memoryFacts(
  { config, device, dataset, training, images, sizes, views, processes = 1 }: MeasuredTraining,
  learner: Learner,
): MemoryFacts {
  const recipe = viewRecipe(config.views);
  const { size } = config.views;
  const activationBytes = activationBytesAnImage({
    ...{ learner, device, recipe, views, size, ids: training },
    recomputed: config.checkpointActivations,
  });
  const packed = dataset.packedSize !== undefined;
  return {
    parameters: learner.model.parameters().reduce((sum, { numel }) => sum + numel, 0),
    optimizer: config.optimizer.name,
    averaged: config.emaDecay !== undefined,
    activationBytes,
    batchSize: config.batchSize,
    chunkSize: config.chunkSize,
    strips: config.loss.strips,
    processes,
    remembered: config.loss.memory,
    viewsEach: viewsPerSample(recipe, views),
    imageBytes: decodedBytes(sizes, packed ? { shorter: Number.MAX_SAFE_INTEGER } : viewSource(config.views)),
    images: packed ? 0 : images,
    cacheBytes: config.cacheMiB * 2 ** 20,
    prefetchBytes: config.prefetchMiB * 2 ** 20,
    workers: packed ? 0 : config.workers === 'auto' ? usualWorkers : config.workers,
    present: presentMemory(),
  };
}

/** The same before there is an objective: encoder and projector alone, which is nearly all of it. */
export function memoryFactsOfEncoder(measured: MeasuredTraining): MemoryFacts {
  const { config, device } = measured;
  using model = createTrainingModel(config).to({ device, memoryFormat: 'channels_last' });
  return memoryFacts(measured, {
    model,
    embed: ({ sizes }) => [inPrecision(config, device, () => forwardViews(sizes, model))],
    compare: ([z]) => ({
      loss: z!,
      statistics: () => ({ sums: null, read: () => ({ targetEntropy: 0, positiveMass: 1 }) }),
    }),
  });
}

// What an evaluation looks at: the images of its tasks, as they are and altered.

import { type Dataset, type ImageReader, selectSamples } from '../data/index.js';
import type { TrainConfig } from '../train/config.js';
import { hasTextEncoder } from '../train/run-text-encoder.js';
import type { TrainingModel } from '../train/training-model.js';
import { viewRecipe } from '../train/view-recipe.js';
import { type EvaluationImages, encodeImages } from './encode-images.js';
import { chooseSamples } from './filter.js';
import { filtersOf, type Task, variantsOf } from './tasks.js';
import type { FeatureSet } from './types.js';
import { VariantFeatures } from './variants.js';

/** What an evaluation is made on. */
export interface EvaluationSetting {
  readonly config: TrainConfig;
  readonly dataset: Dataset;
  readonly tasks: readonly Task[];
  readonly store: ImageReader;
  readonly device: string;
}

/** All images that the tasks look at, as a run with these settings sees them. */
export function evaluationImages(
  { config, dataset, tasks, store, device }: EvaluationSetting,
  onProgress?: (done: number, total: number) => void,
): EvaluationImages {
  return {
    store,
    indices: samplesOf(dataset, tasks),
    size: config.views.size,
    recipe: viewRecipe(config.views),
    device,
    seed: config.seed,
    meanOver: selectSamples(dataset, config.data.train),
    keepPlain: hasTextEncoder(config),
    ...(onProgress !== undefined && { onProgress }),
  };
}

/** Every sample that a task looks at, once, ascending. */
function samplesOf(dataset: Dataset, tasks: readonly Task[]): Int32Array {
  const wanted = new Set<number>();
  for (const task of tasks) {
    for (const filter of filtersOf(task))
      for (const index of chooseSamples(dataset, filter, task.name)) wanted.add(index);
  }
  return Int32Array.from(wanted).sort();
}

/** Features of altered images, where tasks ask for any; centered by the mean of the images as they are. */
export function encodeVariants(
  model: TrainingModel,
  { mean }: FeatureSet,
  tasks: readonly Task[],
  dataset: Dataset,
  { onProgress: _, keepPlain: _plain, ...images }: EvaluationImages,
  { precision }: Pick<TrainConfig, 'precision'>,
): Promise<VariantFeatures> {
  return VariantFeatures.encode(variantsOf(tasks, dataset), dataset, async (variant, indices) => {
    const { features, projected } = await encodeImages(
      model,
      { ...images, indices, variant, mean },
      precision,
    );
    projected?.rows.dispose();
    return features;
  });
}

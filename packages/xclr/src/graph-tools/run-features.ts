// Features of a data set's training images by a trained run's encoder.

import { type Dataset, selectSamples } from '../data/index.js';
import { encodeImages } from '../evaluate/encode-images.js';
import { evaluationConfig } from '../evaluate/evaluation-config.js';
import type { FeatureSet } from '../evaluate/index.js';
import { loadCheckpointModel } from '../train/checkpoint.js';
import type { RunFolder } from '../train/run-folder.js';
import { openStore } from '../train/session.js';
import { createEvaluationModel } from '../train/training-model.js';
import { viewRecipe } from '../train/view-recipe.js';

/** Unit rows of the training images, centered; the caller disposes `rows`. */
export async function runFeatures(
  run: RunFolder,
  dataset: Dataset,
  onProgress?: (done: number, total: number) => void,
): Promise<FeatureSet> {
  const config = evaluationConfig(run.readRecord().config);
  const { device } = config;
  await using store = openStore(config, dataset);
  using model = createEvaluationModel(config).to({ device, memoryFormat: 'channels_last' });
  loadCheckpointModel(run.file('checkpoints', 'last'), model);
  const indices = selectSamples(dataset, config.data.train);
  const images = {
    store,
    indices,
    size: config.views.size,
    recipe: viewRecipe(config.views),
    device,
    seed: config.seed,
    meanOver: indices,
    ...(onProgress !== undefined && { onProgress }),
  };
  const { features, projected } = await encodeImages(model, images, config.precision);
  projected?.rows.dispose();
  return features;
}

// The contenders of a comparison, encoded: trained runs, the untrained encoder, raw pixels.
import { manualSeed } from '@xclr/torch';
import type { Dataset, PictureStore } from '../data/index.js';
import { type EvaluationPictures, encodePictures, pixelFeatures } from '../evaluate/encode-pictures.js';
import { samplesOf } from '../evaluate/evaluate-run.js';
import { chooseSamples } from '../evaluate/filter.js';
import type { Task } from '../evaluate/index.js';
import { loadCheckpointModel } from '../train/checkpoint.js';
import type { TrainConfig } from '../train/config.js';
import type { RunFolder } from '../train/run-folder.js';
import { createTrainingModel, type TrainingModel } from '../train/training-model.js';
import { viewRecipe } from '../train/view-recipe.js';
import { type Contender, type ContenderInfo, knownContenders } from './contender.js';

export interface ContenderSettings {
  /** Encoder, views and seed that all share. */
  readonly config: TrainConfig;
  readonly dataset: Dataset;
  readonly tasks: readonly Task[];
  readonly store: PictureStore;
  readonly device: string;
  readonly onProgress: (title: string, done: number, total: number) => void;
}

/** A trained run, by its last checkpoint. */
export async function trainedContender(
  info: ContenderInfo,
  run: RunFolder,
  settings: ContenderSettings,
): Promise<Contender> {
  using model = freshModel(settings);
  const { seconds } = loadCheckpointModel(run.file('checkpoints', 'last'), model);
  return { ...info, run, seconds, ...(await encoded(model, info, settings)) };
}

/** What the network gives with the weights that training began with. */
export async function untrainedContender(settings: ContenderSettings): Promise<Contender> {
  manualSeed(settings.config.seed);
  using model = freshModel(settings);
  return { ...knownContenders.untrained, ...(await encoded(model, knownContenders.untrained, settings)) };
}

/** Pixels as they are. */
export async function pixelContender(settings: ContenderSettings): Promise<Contender> {
  return {
    ...knownContenders.pixels,
    features: await pixelFeatures(picturesOf(knownContenders.pixels, settings)),
  };
}

function freshModel({ config, device }: ContenderSettings): TrainingModel {
  return createTrainingModel(config).to({ device, memoryFormat: 'channels_last' });
}

async function encoded(
  model: TrainingModel,
  info: ContenderInfo,
  settings: ContenderSettings,
): Promise<Pick<Contender, 'features' | 'projected'>> {
  const { features, projected } = await encodePictures(
    model,
    picturesOf(info, settings),
    settings.config.precision,
  );
  return { features, ...(projected !== null && { projected }) };
}

function picturesOf(
  { title }: ContenderInfo,
  { config, dataset, tasks, store, device, onProgress }: ContenderSettings,
): EvaluationPictures {
  return {
    store,
    indices: samplesOf(dataset, tasks),
    size: config.views.size,
    recipe: viewRecipe(config.views),
    device,
    seed: config.seed,
    meanOver: chooseSamples(dataset, config.data.train, 'data.train'),
    onProgress: (done, total) => onProgress(`encoding: ${title}`, done, total),
  };
}

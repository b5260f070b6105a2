// The contenders of a comparison, encoded: trained runs, the untrained encoder, raw pixels.
import { manualSeed } from '@xclr/torch';
import { type EvaluationPictures, encodePictures, pixelFeatures } from '../evaluate/encode-pictures.js';
import {
  type EvaluationSetting,
  encodeVariants,
  evaluationPictures,
  ownTexts,
} from '../evaluate/evaluate-run.js';
import { textsOf, VariantFeatures, variantsOf } from '../evaluate/index.js';
import { loadCheckpointModel } from '../train/checkpoint.js';
import type { RunFolder } from '../train/run-folder.js';
import { createEvaluationModel, type TrainingModel } from '../train/training-model.js';
import { type Contender, type ContenderInfo, knownContenders } from './contender.js';

export interface ContenderSettings extends EvaluationSetting {
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
  const found = await encoded(model, info, settings);
  const asked = textsOf(settings.tasks, settings.dataset);
  const texts = asked.length === 0 ? undefined : await ownTexts(run, 'last', settings.dataset, asked);
  return { ...info, run, seconds, ...found, ...(texts !== undefined && { texts }) };
}

/** What the network gives with the weights that training began with. */
export async function untrainedContender(settings: ContenderSettings): Promise<Contender> {
  manualSeed(settings.config.seed);
  using model = freshModel(settings);
  return { ...knownContenders.untrained, ...(await encoded(model, knownContenders.untrained, settings)) };
}

/** Pixels as they are. */
export async function pixelContender(settings: ContenderSettings): Promise<Contender> {
  const pictures = picturesOf(knownContenders.pixels, settings);
  const features = await pixelFeatures(pictures);
  const { mean } = features;
  const variants = await VariantFeatures.encode(
    variantsOf(settings.tasks, settings.dataset),
    settings.dataset,
    (variant, indices) => pixelFeatures({ ...pictures, indices, variant, mean }),
  );
  return { ...knownContenders.pixels, features, variants };
}

function freshModel({ config, device }: ContenderSettings): TrainingModel {
  return createEvaluationModel(config).to({ device, memoryFormat: 'channels_last' });
}

async function encoded(
  model: TrainingModel,
  info: ContenderInfo,
  settings: ContenderSettings,
): Promise<Pick<Contender, 'features' | 'projected' | 'variants'>> {
  const { config, tasks, dataset } = settings;
  const pictures = picturesOf(info, settings);
  const { features, projected } = await encodePictures(model, pictures, config.precision);
  const variants = await encodeVariants(model, features, tasks, dataset, pictures, config);
  return { features, variants, ...(projected !== null && { projected }) };
}

function picturesOf({ title }: ContenderInfo, settings: ContenderSettings): EvaluationPictures {
  return evaluationPictures(settings, (done, total) =>
    settings.onProgress(`encoding: ${title}`, done, total),
  );
}

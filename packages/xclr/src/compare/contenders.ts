// The contenders of a comparison, encoded: trained runs, the untrained encoder, raw pixels.
import { manualSeed } from '@xclr/torch';
import { type EvaluationPictures, encodePictures, pixelFeatures } from '../evaluate/encode-pictures.js';
import { type EvaluationSetting, evaluationPictures, ownTexts } from '../evaluate/evaluate-run.js';
import { textsOf } from '../evaluate/index.js';
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
  return {
    ...knownContenders.pixels,
    features: await pixelFeatures(picturesOf(knownContenders.pixels, settings)),
  };
}

function freshModel({ config, device }: ContenderSettings): TrainingModel {
  return createEvaluationModel(config).to({ device, memoryFormat: 'channels_last' });
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

function picturesOf({ title }: ContenderInfo, settings: ContenderSettings): EvaluationPictures {
  return evaluationPictures(settings, (done, total) =>
    settings.onProgress(`encoding: ${title}`, done, total),
  );
}

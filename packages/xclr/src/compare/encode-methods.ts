// The methods of a comparison, encoded: trained runs, the untrained encoder, raw pixels.
import { manualSeed } from '@xclr/torch';
import { type EvaluationImages, encodeImages, pixelFeatures } from '../evaluate/encode-images.js';
import { ownTexts } from '../evaluate/evaluate-run.js';
import { type EvaluationSetting, encodeVariants, evaluationImages } from '../evaluate/evaluation-images.js';
import { textsOf, VariantFeatures, variantsOf } from '../evaluate/index.js';
import { loadCheckpointModel } from '../train/checkpoint.js';
import type { RunFolder } from '../train/run-folder.js';
import { createEvaluationModel, type TrainingModel } from '../train/training-model.js';
import { type EncodedMethod, knownMethods, type MethodInfo } from './encoded-method.js';

export interface EncodingSettings extends EvaluationSetting {
  readonly onProgress: (title: string, done: number, total: number) => void;
}

/** A trained run, by its last checkpoint. */
export async function encodeTrained(
  info: MethodInfo,
  run: RunFolder,
  settings: EncodingSettings,
): Promise<EncodedMethod> {
  using model = freshModel(settings);
  const { seconds } = loadCheckpointModel(run.file('checkpoints', 'last'), model);
  const found = await encoded(model, info, settings);
  const asked = textsOf(settings.tasks, settings.dataset);
  const texts = asked.length === 0 ? undefined : await ownTexts(run, 'last', settings.dataset, asked);
  return { ...info, run, seconds, ...found, ...(texts !== undefined && { texts }) };
}

/** What the network gives with the weights that training began with. */
export async function encodeUntrained(settings: EncodingSettings): Promise<EncodedMethod> {
  manualSeed(settings.config.seed);
  using model = freshModel(settings);
  return { ...knownMethods.untrained, ...(await encoded(model, knownMethods.untrained, settings)) };
}

/** Pixels as they are. */
export async function encodePixels(settings: EncodingSettings): Promise<EncodedMethod> {
  const images = imagesOf(knownMethods.pixels, settings);
  const features = await pixelFeatures(images);
  const { mean } = features;
  const variants = await VariantFeatures.encode(
    variantsOf(settings.tasks, settings.dataset),
    settings.dataset,
    (variant, indices) => pixelFeatures({ ...images, indices, variant, mean }),
  );
  return { ...knownMethods.pixels, features, variants };
}

function freshModel({ config, device }: EncodingSettings): TrainingModel {
  return createEvaluationModel(config).to({ device, memoryFormat: 'channels_last' });
}

async function encoded(
  model: TrainingModel,
  info: MethodInfo,
  settings: EncodingSettings,
): Promise<Pick<EncodedMethod, 'features' | 'projected' | 'variants'>> {
  const { config, tasks, dataset } = settings;
  const images = imagesOf(info, settings);
  const { features, projected } = await encodeImages(model, images, config.precision);
  const variants = await encodeVariants(model, features, tasks, dataset, images, config);
  return { features, variants, ...(projected !== null && { projected }) };
}

function imagesOf({ title }: MethodInfo, settings: EncodingSettings): EvaluationImages {
  return evaluationImages(settings, (done, total) => settings.onProgress(`encoding: ${title}`, done, total));
}

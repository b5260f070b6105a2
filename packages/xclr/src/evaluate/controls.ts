// The controls of an evaluation: what the untrained encoder and raw pixels reach on the same tasks. They do not change while
// a run trains, so that their numbers are kept in the run folder.

import { existsSync, readFileSync } from 'node:fs';
import { manualSeed } from '@xclr/torch';
import type { RunFolder } from '../train/run-folder.js';
import { createEvaluationModel } from '../train/training-model.js';
import { writeFileAtomic } from '../util/files.js';
import { encodeImages, pixelFeatures } from './encode-images.js';
import { type EvaluationSetting, encodeVariants, evaluationImages } from './evaluation-images.js';
import { type Task, variantsOf } from './tasks.js';
import type { FeatureSet, MetricResult } from './types.js';
import { VariantFeatures } from './variants.js';

export interface Controls {
  /** The encoder with the weights that training began with. */
  readonly untrained: Record<string, MetricResult>;
  /** No encoder: the evaluation view's pixels as features. */
  readonly pixels: Record<string, MetricResult>;
}

/** What the numbers depend on beside the run itself. */
export interface ControlsKey {
  readonly tasks: readonly Task[];
  /** The data's fingerprint. */
  readonly data: string;
  /** What captions are compared by. */
  readonly captions: string;
  /** `definitionsVersion`: numbers by another version are measured again. */
  readonly definitions: number;
  readonly precision: string;
}

const file = 'controls.json';

/** The numbers of an earlier evaluation; undefined where there is none, or it had other tasks, data or captions. */
export function readControls(run: RunFolder, key: ControlsKey): Controls | undefined {
  const path = run.file(file);
  if (!existsSync(path)) return undefined;
  try {
    const kept = JSON.parse(readFileSync(path, 'utf8')) as { key: unknown; controls: Controls };
    return JSON.stringify(kept.key) === JSON.stringify(key) ? kept.controls : undefined;
  } catch {
    return undefined; // damaged: it can be measured again
  }
}

/** Measures both controls and keeps the numbers. Costs one pass over the images for each. */
export async function measureControls(
  run: RunFolder,
  key: ControlsKey,
  setting: EvaluationSetting,
  {
    measure,
    onProgress,
  }: {
    readonly measure: (features: FeatureSet, variants: VariantFeatures) => Record<string, MetricResult>;
    readonly onProgress?: (done: number, total: number) => void;
  },
): Promise<Controls> {
  const known = readControls(run, key);
  if (known !== undefined) return known;
  const controls = {
    untrained: await untrained(setting, measure, onProgress),
    pixels: await pixels(setting, measure, onProgress),
  };
  writeFileAtomic(run.file(file), `${JSON.stringify({ key, controls })}\n`);
  return controls;
}

type Measure = (features: FeatureSet, variants: VariantFeatures) => Record<string, MetricResult>;
type OnProgress = ((done: number, total: number) => void) | undefined;

async function untrained(setting: EvaluationSetting, measure: Measure, onProgress: OnProgress) {
  const { config, dataset, tasks, device } = setting;
  manualSeed(config.seed); // the weights that training began with
  using model = createEvaluationModel(config).to({ device, memoryFormat: 'channels_last' });
  const images = evaluationImages(setting, onProgress);
  const { features, projected } = await encodeImages(model, images, config.precision);
  projected?.rows.dispose();
  projected?.plainRows?.dispose();
  using rows = features.rows;
  using variants = await encodeVariants(model, features, tasks, dataset, images, config);
  const { mean: _, ...set } = features;
  return measure({ ...set, rows }, variants);
}

async function pixels(setting: EvaluationSetting, measure: Measure, onProgress: OnProgress) {
  const { dataset, tasks } = setting;
  const images = evaluationImages(setting, onProgress);
  const { rows: made, mean, ...set } = await pixelFeatures(images);
  using rows = made;
  using variants = await VariantFeatures.encode(variantsOf(tasks, dataset), dataset, (variant, of) =>
    pixelFeatures({ ...images, indices: of, variant, mean }),
  );
  return measure({ ...set, rows }, variants);
}

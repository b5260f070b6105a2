// The center of a run's features: measured on its training part once, then kept in the run folder.
import { join } from 'node:path';
import { type Dataset, openDataset } from '../data/index.js';
import { datasetOptions } from '../train/dataset-options.js';
import type { RunFolder } from '../train/run-folder.js';
import { openStore } from '../train/session.js';
import type { TrainingModel } from '../train/training-model.js';
import { viewSource } from '../train/view-source.js';
import { sha256OfFileSync } from '../util/checksum.js';
import { UserError } from '../util/errors.js';
import { type Center, type CenterKey, keepCenter, readCenter } from './center.js';
import { definitionsVersion } from './definitions-version.js';
import { centerOf } from './encode-images.js';
import { type EvaluationSetting, evaluationImages } from './evaluation-images.js';

interface Asked {
  /** With the data that are evaluated on. */
  readonly setting: EvaluationSetting;
  /** Folder of the checkpoint whose weights the model has. */
  readonly weights: string;
  /** True where the data that are evaluated on were named, and may be others than those trained on. */
  readonly moved: boolean;
  readonly onNotice?: ((message: string) => void) | undefined;
}

/**
 * The mean of the training part that the run learned from, whatever data it is evaluated on.
 * @throws {UserError} where these are not there any more and no earlier evaluation kept the mean
 */
export async function runCenter(run: RunFolder, model: TrainingModel, asked: Asked): Promise<Center> {
  const { setting, weights, moved, onNotice } = asked;
  const { config, dataset } = setting;
  const { data, config: trained } = run.readRecord();
  const same = dataset.fingerprint === data.fingerprint;
  if (!same && !moved)
    onNotice?.(`the data at ${config.data.path} have changed since the run was trained on them`);
  const { recipe, size } = evaluationImages(setting);
  const key: CenterKey = {
    definitions: definitionsVersion,
    weights: sha256OfFileSync(join(weights, 'model.safetensors')),
    precision: config.precision,
    data: moved ? data.fingerprint : dataset.fingerprint,
    train: config.data.train,
    view: [size, viewSource(config.views), recipe.evaluation, recipe.normalize],
  };
  const kept = readCenter(run, key);
  if (kept !== undefined) return kept;
  const center =
    same || !moved
      ? await centerOf(model, evaluationImages(setting), config.precision)
      : await elsewhere(model, { ...setting, config: { ...config, data: trained.data } });
  keepCenter(run, key, center);
  return center;
}

/** By the data that the run was trained on, which are not those that it is evaluated on. */
async function elsewhere(model: TrainingModel, setting: EvaluationSetting): Promise<Center> {
  const { config } = setting;
  let dataset: Dataset;
  try {
    dataset = await openDataset(config.data.path, datasetOptions(config));
  } catch (error) {
    throw new UserError(
      `eval: features are centered by the mean of the run's own training images, and ${config.data.path} cannot be read: ${(error as Error).message}`,
      'Evaluate the run once where these images are: the mean is then kept in the run folder.',
    );
  }
  await using store = openStore(config, dataset);
  return await centerOf(model, evaluationImages({ ...setting, dataset, store, tasks: [] }), config.precision);
}

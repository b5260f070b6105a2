// Which images an export is calibrated and measured on.
import { type Dataset, openDataset, type Sample } from '../../data/index.js';
import { chooseSamples } from '../../evaluate/index.js';
import type { TrainConfig } from '../../train/config.js';
import { datasetOptions } from '../../train/dataset-options.js';
import { UserError } from '../../util/errors.js';
import { permutation } from '../../util/random.js';

/** Images of the training part that neighbors are looked for in, and of the validation part that ask; at most. */
const mostGallery = 4000;
const mostQueries = 2000;

export interface CheckSamples {
  readonly dataset: Dataset;
  /** Of the training part, for the ranges of 8-bit values. */
  readonly calibration: readonly Sample[];
  /** Samples by index: a part of the training part, and of the split that asks. */
  readonly gallery: Int32Array;
  readonly queries: Int32Array;
  /** What asks: validation, or test where there is none; null where the data has neither. */
  readonly split: 'validation' | 'test' | null;
}

/** @param calibration how many images to calibrate on @throws {UserError} if the run's data is not there any more */
export async function openCheckSamples(config: TrainConfig, calibration: number): Promise<CheckSamples> {
  let dataset: Dataset;
  try {
    dataset = await openDataset(config.data.path, datasetOptions(config));
  } catch (error) {
    throw new UserError(
      `export: the training data of the run cannot be read: ${(error as Error).message}`,
      'Give its path with --data, or skip what needs images: --formats float32,float16 --no-measure',
    );
  }
  const some = (indices: Int32Array, most: number, use: number) =>
    Int32Array.from(permutation(indices.length, config.seed, use).subarray(0, most), (i) => indices[i]!);
  const training = chooseSamples(dataset, config.data.train, 'data.train');
  const split = (['validation', 'test'] as const).find((one) =>
    dataset.samples.some((sample) => sample.split === one),
  );
  return {
    dataset,
    calibration: [...some(training, calibration, 1)].map((i) => dataset.samples[i]!),
    gallery: some(training, mostGallery, 2),
    queries:
      split === undefined
        ? new Int32Array()
        : some(chooseSamples(dataset, { split }, 'export'), mostQueries, 3),
    split: split ?? null,
  };
}

// How a run's data source is read.
import type { DatasetOptions } from '../data/index.js';
import type { TrainConfig } from './config.js';

/** How a run's data source is read; evaluation reads it in the same way. */
export function datasetOptions({ data }: Pick<TrainConfig, 'data'>): DatasetOptions {
  return {
    format: data.format,
    template: data.template,
    columns: {
      image: data.imageColumn,
      caption: data.captionColumn,
      label: data.labelColumn,
      split: data.splitColumn,
      id: data.idColumn,
    },
    imageRoot: data.imageRoot,
    fractions: data.fractions,
    splitBy: data.splitBy,
    exclude: data.exclude,
    only: data.only,
    holdOut: data.holdOut,
    fraction: data.fraction,
    fractionSeed: data.fractionSeed,
    maxFailureRate: data.maxFailureRate,
  };
}

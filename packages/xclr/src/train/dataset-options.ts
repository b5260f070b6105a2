// How a run's data source is read.
import type { DatasetOptions } from '../data/index.js';
import { UserError } from '../util/errors.js';
import type { TrainConfig } from './config.js';

/** '0,4095' → [0, 4095]. */
function rangeOf(text: string | undefined): readonly [number, number] | undefined {
  if (text === undefined) return undefined;
  const [black = Number.NaN, white = Number.NaN] = text.split(',').map(Number);
  if (black < white) return [black, white];
  throw new UserError(
    `--image-range: black must be below white, got ${text}`,
    'Give the values that are black and white, such as 0,4095.',
  );
}

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
    imageRange: rangeOf(data.imageRange),
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

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

const units: Readonly<Record<string, number>> = { K: 1, M: 2, G: 3, T: 4 };

/** '50GB' → 50e9, '1GiB' → 2 ** 30; undefined for 'auto'. @internal */
export function bytesOf(size: string): number | undefined {
  const [, number, unit, binary] = /^([\d.]+)\s*([KMGT])(i?)B$/i.exec(size) ?? [];
  if (number === undefined || unit === undefined) return undefined;
  return Math.floor(Number(number) * (binary === '' ? 1000 : 1024) ** units[unit.toUpperCase()]!);
}

/** How a run's data source is read; evaluation reads it in the same way. */
export function datasetOptions({
  data,
  cacheSize = 'auto',
  cacheFolder,
}: Pick<TrainConfig, 'data'> & Partial<Pick<TrainConfig, 'cacheSize' | 'cacheFolder'>>): DatasetOptions {
  return {
    remote: { folder: cacheFolder, bytes: bytesOf(cacheSize) },
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

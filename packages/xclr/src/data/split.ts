// Which split a sample belongs to: read from a name, or drawn from a hash of its id.

import { sha256 } from '../util/checksum.js';
import { UserError } from '../util/errors.js';
import { type Split, type SplitFractions, splits } from './types.js';

const names: ReadonlyMap<string, Split> = new Map([
  ['train', 'train'],
  ['training', 'train'],
  ['val', 'validation'],
  ['valid', 'validation'],
  ['validation', 'validation'],
  ['dev', 'validation'],
  ['test', 'test'],
  ['testing', 'test'],
]);

/** The split that a word means ("val", "Training"), or undefined. */
export function splitFromName(name: string): Split | undefined {
  return names.get(name.trim().toLowerCase());
}

/**
 * The split that a folder's or a file's name means, its further words aside: 'seg_train', 'val2017', 'TestSet',
 * 'captions_train'. Undefined where none or several are named ('trainval').
 */
export function splitOfFolder(name: string): Split | undefined {
  const exact = splitFromName(name);
  if (exact !== undefined) return exact;
  const words = name.replace(/([a-z])([A-Z])/g, '$1 $2').split(/[^\p{L}]+/u);
  const named = new Set(words.map((word) => splitFromName(word.replace(/set$/i, ''))));
  named.delete(undefined);
  const [only] = named;
  return named.size === 1 ? only : undefined;
}

/**
 * The split that a file's path within the data names: its own name before the folders that it lies in, the nearest
 * first: 'train-00000-of-00004.parquet', 'cc3m-validation-0007.tar', 'default/test/0000.parquet'.
 */
export function splitOfPart(path: string): Split | undefined {
  const parts = path.split('/').reverse();
  return parts.map(splitOfFolder).find((split) => split !== undefined);
}

/** The words that splitFromName knows, for messages. */
export const splitNames = [...names.keys()].join(', ');

export const defaultFractions: SplitFractions = { train: 0.8, validation: 0.1, test: 0.1 };

/** Refuses split fractions that do not sum to 1. */
export function checkFractions(fractions: SplitFractions): void {
  const values = splits.map((split) => fractions[split]);
  const sum = values.reduce((a, b) => a + b, 0);
  if (values.some((value) => !(value >= 0)) || Math.abs(sum - 1) > 1e-6) {
    throw new UserError(
      `openDataset: fractions must be three numbers from 0 to 1 that sum to 1, got ${values.join(' / ')} (sum ${sum})`,
      'For example { train: 0.8, validation: 0.1, test: 0.1 }.',
    );
  }
}

/**
 * The split of a key, from the first 48 bits of its sha256: the same on every machine and in every run, and
 * unchanged when other samples come or go.
 */
export function splitByHash(key: string, fractions: SplitFractions = defaultFractions): Split {
  const position = Number.parseInt(sha256(key).slice(0, 12), 16) / 2 ** 48; // uniform in [0, 1)
  if (position < fractions.train) return 'train';
  return position < fractions.train + fractions.validation ? 'validation' : 'test';
}

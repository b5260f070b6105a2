// A checksum of everything about a dataset that decides a result.

import { sha256, sha256OfAll } from '../util/checksum.js';
import type { DatasetOptions, Sample } from './types.js';

/**
 * sha256 over ids, captions, labels, splits, attributes and image sizes, in the samples' order. Paths are not
 * part of it, so the same data elsewhere has the same fingerprint.
 * @param sizes bytes of each sample's image, −1 where it was not looked up
 */
export function fingerprintOf(samples: readonly Sample[], sizes: readonly number[]): string {
  return sha256OfAll(linesOf(samples, sizes));
}

function* linesOf(samples: readonly Sample[], sizes: readonly number[]): Generator<string> {
  for (const [i, sample] of samples.entries()) {
    const attributes = Object.entries(sample.attributes).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    yield `${JSON.stringify([sample.id, sample.captions, sample.label, sample.split, sizes[i], attributes])}\n`;
  }
}

/**
 * sha256 over the table's own bytes and how it is read: for tables of more rows than images are looked up of. The same
 * table elsewhere has the same fingerprint; images that changed under their names go unnoticed.
 * @param digest sha256 of the table
 */
export function fingerprintOfTable(digest: string, options: DatasetOptions): string {
  const { columns, fractions, splitBy, template } = options;
  return sha256(JSON.stringify([digest, columns, fractions, splitBy, template]));
}

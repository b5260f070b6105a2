// Images that were altered before they were encoded, and their features beside those of the images as they are.

import type { Tensor } from '@xclr/torch';
import type { Dataset, Filter } from '../data/types.js';
import { UserError } from '../util/errors.js';
import { RowIndex } from './feature-set.js';
import { chooseSamples } from './filter.js';
import type { FeatureSet } from './types.js';

/** Images altered before they are encoded. */
export interface Variant {
  /** Names it; tasks that ask for one key share its features. */
  readonly key: string;
  readonly samples: Filter;
  /** sample → another sample whose image altering it needs; samples without one are left out. */
  readonly partners?: ReadonlyMap<number, number>;
  /** What is altered: the view that evaluation shows, or the whole image, squashed to a square. */
  readonly frame: 'view' | 'image';
  /** (b, S, S, c) uint8 → the same, altered; `ids` are the samples', `partners` (b, S, S, c) their partners' images. */
  readonly alter: (pixels: Tensor, ids: Int32Array, partners?: Tensor) => Tensor;
}

/** Features by variant; the owner disposes them. */
export class VariantFeatures implements Disposable {
  readonly #sets = new Map<string, { features: FeatureSet; index: RowIndex }>();

  /** Encodes every variant once. @param encode gives centered unit rows of some samples, altered */
  static async encode(
    variants: readonly Variant[],
    dataset: Dataset,
    encode: (variant: Variant, samples: Int32Array) => Promise<FeatureSet>,
  ): Promise<VariantFeatures> {
    const made = new VariantFeatures();
    try {
      for (const variant of variants) {
        const samples = chooseSamples(dataset, variant.samples, `variant ${variant.key}`);
        const features = await encode(variant, samples);
        made.#sets.set(variant.key, { features, index: new RowIndex(features) });
      }
      return made;
    } catch (error) {
      made[Symbol.dispose]();
      throw error;
    }
  }

  /** Rows of some samples in a variant's features, in their order. @throws {UserError} where some were not encoded */
  rowsOf(
    key: string,
    samples: Int32Array,
    where: string,
  ): { features: FeatureSet['rows']; rows: Int32Array } {
    const { features, rows, missing } = this.choose(key, samples, where);
    if (missing > 0)
      throw new UserError(
        `${where}: ${missing} images could not be encoded after they were altered by ${key}`,
      );
    return { features, rows };
  }

  /** Rows of those samples that a variant's features hold, in their order. */
  choose(
    key: string,
    samples: Int32Array,
    where: string,
  ): { features: FeatureSet['rows']; rows: Int32Array; samples: Int32Array; missing: number } {
    const set = this.#sets.get(key);
    if (set === undefined) {
      throw new UserError(
        `${where}: needs images altered by ${key}, which were not encoded`,
        'Evaluate a run or a comparison, which encode them, or leave this task out.',
      );
    }
    return { features: set.features.rows, ...set.index.choose(samples) };
  }

  [Symbol.dispose](): void {
    for (const { features } of this.#sets.values()) features.rows.dispose();
  }
}

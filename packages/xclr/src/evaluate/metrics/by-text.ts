// What zero-shot classification and text retrieval share: captions' places among the images.

import { scoped, type Tensor, tensor } from '@xclr/torch';
import type { Filter, Sample } from '../../data/types.js';
import { UserError } from '../../util/errors.js';
import { purpose, Random } from '../../util/random.js';
import { chooseSamples, describeFilter } from '../filter.js';
import type { MetricContext } from '../metric.js';
import { fitRidgeMap } from '../ridge-map.js';

/** Fraction of the fitted images that the map's strength is chosen on. */
const heldFraction = 0.1;

/** The caption that stands for an image in the fit. */
export const captionOf = ({ captions }: Sample): string => captions[0] ?? '';

/**
 * Rows (m, d) where texts lie among the images, and the images' rows (n, d) that they are compared with: their own vectors where both live in one space, else through a ridge map
 * fitted on the images of `fit` and their captions.
 */
export function placedTexts(
  wanted: readonly string[],
  fit: Filter,
  { texts, dataset, rowIndex, features, seed }: MetricContext,
  where: string,
): { rows: Tensor; images: Tensor; centered: boolean; said: string } {
  if (texts === undefined) {
    throw new UserError(
      `${where}: needs text vectors, got none`,
      'Give a text encoder, or leave the tasks that need one out.',
    );
  }
  if (texts.space === 'images')
    return {
      rows: scoped(() => texts.of(wanted)),
      images: features.plainRows ?? features.rows,
      centered: false,
      said: `Texts by ${texts.name}; the images' mean is not subtracted.`,
    };
  const { rows, samples } = rowIndex.choose(chooseSamples(dataset, fit, `${where}, fit`));
  const random = new Random(seed, purpose.evaluation);
  const held = Int32Array.from(rows.keys()).filter(() => random.uniform() < heldFraction);
  const { placed, strength } = scoped(() => {
    const captions = texts.of(Array.from(samples, (sample) => captionOf(dataset.samples[sample]!))); // (n, e)
    const images = features.rows.indexSelect(0, tensor(rows)); // (n, d)
    using map = fitRidgeMap(captions, images, held);
    return {
      placed: [map.apply(texts.of(wanted)).to({ dtype: 'float32' })] as const,
      strength: map.strength,
    };
  });
  return {
    rows: placed[0],
    images: features.rows,
    centered: true,
    said: `Texts by ${texts.name}, mapped to image vectors by ridge regression fitted on ${rows.length} images and their captions (${describeFilter(fit)}; strength ${strength}, chosen on a tenth of them).`,
  };
}

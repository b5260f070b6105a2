// The images of a data set: decoded on threads, or read as a raw packed store keeps them.

import { type ImageReader, ImageStore, type ImageStoreOptions } from './images.js';
import { PackedImages } from './packed/images.js';
import type { Dataset } from './types.js';

/**
 * A raw packed store has the size that it was packed at, but where squares are asked for; all other data are decoded at
 * the size that is asked for.
 */
export function openImages(dataset: Dataset, options: ImageStoreOptions): ImageReader {
  return dataset.packedSize === undefined || typeof options.size === 'number'
    ? new ImageStore(dataset, options)
    : new PackedImages(dataset, { maxFailureRate: options.maxFailureRate });
}

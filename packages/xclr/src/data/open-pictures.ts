// The pictures of a data set: decoded on threads, or read as a raw packed store keeps them.

import { PackedPictures } from './packed/pictures.js';
import { type PictureReader, PictureStore, type PictureStoreOptions } from './pictures.js';
import type { Dataset } from './types.js';

/** A raw packed store has the size that it was packed at; all other data are decoded at the size that is asked for. */
export function openPictures(dataset: Dataset, options: PictureStoreOptions): PictureReader {
  return dataset.packedSize === undefined
    ? new PictureStore(dataset, options)
    : new PackedPictures(dataset, { maxFailureShare: options.maxFailureShare });
}

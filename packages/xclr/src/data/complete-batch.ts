// Batches of one size where images are broken: processes that train together must all have as many.
import { UserError } from '../util/errors.js';
import type { ImageReader, Images } from './images.js';

/**
 * The images of a batch, with another for each that is broken.
 * @param asked samples of the batch
 * @param got those of them that could be read
 * @param others samples to take instead, the first that can be read first
 * @throws {UserError} where none of them can be read
 */
export async function completeBatch(
  store: ImageReader,
  asked: Int32Array,
  got: Images,
  others: Iterable<number>,
): Promise<Images> {
  const taken = new Set(asked);
  const indices = [...got.indices];
  const images = [...got.images];
  for (const other of others) {
    if (indices.length === asked.length) break;
    if (taken.has(other)) continue;
    taken.add(other);
    const found = await store.fetch(Int32Array.of(other));
    if (found.indices.length === 0) continue;
    indices.push(other);
    images.push(found.images[0]!);
  }
  // A small part may have no others: then images come twice rather than that the processes wait for each other forever.
  for (let i = 0; indices.length < asked.length && got.indices.length > 0; i++) {
    indices.push(got.indices[i % got.indices.length]!);
    images.push(got.images[i % got.images.length]!);
  }
  if (indices.length < asked.length)
    throw new UserError(
      'training: none of the images of this process can be read',
      '`xclr data verify` lists what is wrong with each image',
    );
  return { indices: Int32Array.from(indices), images };
}

// Images whose files lie in a cache of shards: fetched before they are read, and again where they were removed meanwhile.

import { dirname } from 'node:path';
import { UserError } from '../../util/errors.js';
import type { ImageBytes } from '../decode/image-bytes.js';
import { readImage } from '../decode/read.js';
import type { ImageRef } from '../types.js';
import type { ShardCache } from './shard-cache.js';

/** The caches that this process opened, by folder: images name files there, in messages to other threads too. */
const caches = new Map<string, ShardCache>();

/** From now on images in the cache's folder are fetched by it. */
export function registerCache(cache: ShardCache): void {
  caches.set(cache.folder, cache);
}

/** The cache that an image's file belongs to; undefined for a file of its own. */
function cacheOf({ path, url }: ImageRef): ShardCache | undefined {
  return url === undefined ? undefined : caches.get(dirname(path));
}

/** Another process may remove a shard between its fetching and its reading; more often than this, the cache is too small. */
const mostTries = 5;

/** Does something with an image whose file is here. Done again where another process removed the file meanwhile. */
export async function holdImage<T>(image: ImageRef, use: () => Promise<T>): Promise<T> {
  const cache = cacheOf(image);
  if (cache === undefined) return use();
  for (let tries = 0; tries < mostTries; tries++) {
    using _held = await cache.hold(image.path);
    try {
      const value = await use();
      if (!wasMissing((value as { reason?: unknown } | null)?.reason)) return value;
    } catch (error) {
      if (!wasMissing((error as Error).message)) throw error;
    }
    cache.missed(image.path);
  }
  throw new UserError(
    `reading: ${image.url} was removed from the cache ${mostTries} times before it could be read`,
    'Other processes share the cache, and it is too small for all of them: set a larger --cache-size.',
  );
}

const wasMissing = (reason: unknown) => typeof reason === 'string' && reason.startsWith('ENOENT');

/** The images that will be asked for, in that order: their shards are fetched ahead. */
export function expectImages(images: Iterable<ImageRef>): void {
  const paths = new Map<ShardCache, Set<string>>();
  for (const image of images) {
    const cache = cacheOf(image);
    if (cache === undefined) continue;
    if (!paths.has(cache)) paths.set(cache, new Set());
    paths.get(cache)!.add(image.path);
  }
  for (const [cache, all] of paths) cache.upcoming([...all]);
}

/** The bytes of an image as decoders take them, wherever they lie. */
export function fetchImage(image: ImageRef): Promise<ImageBytes> {
  return holdImage(image, async () => readImage(image));
}

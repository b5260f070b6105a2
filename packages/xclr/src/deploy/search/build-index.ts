// From files of embeddings to an index: the space, the map from text, and all rows at once.

import type { TextEncoderConfig } from '../../train/text-encoders.js';
import { append } from '../../util/arrays.js';
import { UserError } from '../../util/errors.js';
import type { EmbeddedItems, Embeddings, Item } from '../embed/index.js';
import { fitTextMap } from './fit-text-map.js';
import type { NewIndex } from './folder-index.js';
import { Space } from './space.js';

/** Centering and text encoder of a new index. */
export interface NewIndexOptions {
  /** Take the mean off every vector (see Space); true by default. */
  readonly center?: boolean | undefined;
  /** Fits a map from captions, so that words can be searched for. */
  readonly textEncoder?: TextEncoderConfig | undefined;
}

/** Reads all rows into memory. @throws {UserError} where there are none */
export async function readNewIndex(embeddings: Embeddings, options: NewIndexOptions = {}): Promise<NewIndex> {
  const { center = true, textEncoder } = options;
  const { encoder } = embeddings;
  const { items, vectors } = await readAll(embeddings);
  if (items.length === 0)
    throw new UserError('index: the embeddings hold no row', 'Embed some images first.');
  // One row is its own mean: nothing would be left of it.
  const space =
    center && items.length > 1
      ? Space.centeredOn(vectors, encoder.dimensions)
      : new Space(encoder.dimensions, null);
  const textMap =
    textEncoder === undefined
      ? null
      : await fitTextMap({ items, vectors: space.of(vectors) }, textEncoder, encoder.dimensions);
  return { encoder, items, vectors, space, textMap };
}

/** The items of all shards, in memory. */
export async function readAll(embeddings: Embeddings): Promise<EmbeddedItems> {
  const items: Item[] = [];
  const vectors = new Float32Array(embeddings.rows * embeddings.encoder.dimensions);
  for await (const part of embeddings.parts()) {
    vectors.set(part.vectors, items.length * embeddings.encoder.dimensions);
    append(items, part.items);
  }
  return { items, vectors };
}

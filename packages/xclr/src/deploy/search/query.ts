// Queries of an index: by image, by an item's id, or by text.
import { append } from '../../util/arrays.js';
import { UserError } from '../../util/errors.js';
import { nearestNames } from '../../util/nearest.js';
import {
  describeEncoder,
  type EncoderIdentity,
  type ImageEncoder,
  type ImageInput,
} from '../encoder/index.js';
import type { Condition } from './conditions.js';
import { diversified } from './diversify.js';
import type { Match, VectorIndex } from './vector-index.js';

/** What is searched for: an image, an item or a text. */
export type Query =
  | { readonly image: ImageInput; readonly encoder: ImageEncoder }
  | { readonly id: string }
  | { readonly text: string }
  /** As an encoder gave it: `embedded` says which. */
  | { readonly vector: Float32Array; readonly encoder: EncoderIdentity };

/** Number, filter and diversity of the results. */
export interface QueryOptions {
  /** How many; 10 by default. */
  readonly k?: number | undefined;
  readonly conditions?: readonly Condition[] | undefined;
  /** From 0 (the nearest, default) to 1 (variety alone): maximal marginal relevance. */
  readonly diversity?: number | undefined;
  /** What chooses varied results; a server gives one that works on another thread. */
  readonly diversify?: Diversify | undefined;
}

/** See `diversified`; it may keep the vectors. */
export type Diversify = (
  ...given: Parameters<typeof diversified>
) => ReturnType<typeof diversified> | Promise<ReturnType<typeof diversified>>;

/** Candidates looked at for each result, where variety is asked for. */
const widening = 5;
const mostResults = 1000;

/**
 * The items of an index that are most similar to a query.
 * @throws {UserError} for an id that is not there, an encoder that is not the index's, text without a map
 */
export async function ask(index: VectorIndex, query: Query, options: QueryOptions = {}): Promise<Match[]> {
  const { k = 10, conditions = [], diversity = 0, diversify = diversified } = options;
  if (!(Number.isInteger(k) && k >= 1 && k <= mostResults)) {
    throw new UserError(`search: expected from 1 to ${mostResults} results, got ${k}`);
  }
  if (!(diversity >= 0 && diversity <= 1)) {
    throw new UserError(`search: diversity must be from 0 to 1, got ${diversity}`);
  }
  const vector = await vectorOf(index, query);
  const except = new Set('id' in query ? [query.id] : []);
  if (diversity === 0) return index.search(vector, k, { conditions, except });
  const candidates = await index.search(vector, Math.max(50, widening * k), { conditions, except });
  const stored = await index.get(candidates.map(({ item }) => item.id));
  const present = candidates.flatMap((match, i) =>
    stored[i] === undefined ? [] : [{ match, vector: stored[i].vector }],
  );
  const rows = new Float32Array(present.length * index.encoder.dimensions);
  present.forEach((one, i) => {
    rows.set(one.vector, i * index.encoder.dimensions);
  });
  const similarities = present.map(({ match }) => match.similarity);
  const places = await diversify(similarities, rows, k, diversity);
  return places.map((place) => present[place]!.match);
}

async function vectorOf(index: VectorIndex, query: Query): Promise<Float32Array> {
  if ('text' in query) {
    if (index.textMap === null) {
      throw new UserError(
        `search: the index ${index.name} was built without a map from text, so it cannot be searched by text`,
        'Build it again with --text-encoder, from embeddings of images with captions; or search by image or id.',
      );
    }
    return index.textMap.vectorOf(query.text);
  }
  if ('id' in query) {
    const [found] = await index.get([query.id]);
    if (found !== undefined) return found.vector;
    throw new UserError(
      `search: the index ${index.name} has no item '${query.id}'`,
      await suggestion(index, query.id),
    );
  }
  refuseOtherEncoder(index, query.encoder);
  if ('vector' in query) return index.space.of(query.vector);
  const { encoder, image } = query;
  let prepared: Awaited<ReturnType<ImageEncoder['prepare']>>;
  try {
    prepared = await encoder.prepare(image);
  } catch (error) {
    throw new UserError(
      `search: the image cannot be read: ${(error as Error).message}`,
      'Give a complete JPEG, PNG or WebP file.',
    );
  }
  return index.space.of(await encoder.embed([prepared]));
}

/** @throws {UserError} that names both */
export function refuseOtherEncoder(
  index: Pick<VectorIndex, 'name' | 'encoder'>,
  encoder: EncoderIdentity,
): void {
  if (index.encoder.fingerprint === encoder.fingerprint) return;
  throw new UserError(
    `search: the index ${index.name} was built with ${describeEncoder(index.encoder)}, not with ${describeEncoder(encoder)}`,
    'Vectors of two encoders cannot be compared: use that encoder, or embed the images again with this one.',
  );
}

/** Ids near to one that is not there, among the first some thousand. */
async function suggestion(index: VectorIndex, id: string): Promise<string | undefined> {
  const ids: string[] = [];
  for await (const { items } of index.entries()) {
    append(
      ids,
      items.map((item) => item.id),
    );
    if (ids.length >= 10_000) break;
  }
  const near = nearestNames(id, ids);
  if (near.length > 0) return `Did you mean ${near.map((one) => `'${one}'`).join(' or ')}?`;
  return ids.length === 0 ? 'The index is empty.' : `Its ids look like: ${ids.slice(0, 3).join(', ')}.`;
}

// What a comparison looks like: heat maps, nearest images and maps, from every method's features.
import { scoped, type Tensor, tensor } from '@xclr/torch';
import { type Dataset, fetchImage } from '../data/index.js';
import { classOf, galleryAndQueries, nearest, type RetrievalTask, RowIndex } from '../evaluate/index.js';
import type { SimilarityGraph } from '../graph/index.js';
import {
  embedPlane,
  type HeatMaps,
  type Image,
  type MapPoint,
  type Neighbor,
  type NeighborRow,
  orderConcepts,
  reorder,
  thumbnail,
} from '../report/index.js';
import { permutation } from '../util/random.js';
import type { EncodedMethod } from './encoded-method.js';

export interface IllustrationSettings {
  readonly dataset: Dataset;
  readonly methods: readonly EncodedMethod[];
  readonly seed: number;
}

/** Thumbnails made once each. */
export class Images {
  readonly #dataset: Dataset;
  readonly #made = new Map<number, Promise<Image>>();

  constructor(dataset: Dataset) {
    this.#dataset = dataset;
  }

  of(sample: number): Promise<Image> {
    const { image, captions } = this.#dataset.samples[sample]!;
    const made =
      this.#made.get(sample) ??
      fetchImage(image)
        .then((bytes) => thumbnail(bytes, { size: 56 }))
        .then((dataUri) => ({ title: captions[0] ?? '', dataUri }));
    this.#made.set(sample, made);
    return made;
  }
}

/**
 * Similarity of the same images by their captions and by every method, in one order.
 * @param samples at most `limit` of these are drawn, one a caption, chosen by the seed
 */
export function heatMaps(
  { dataset, methods, seed }: IllustrationSettings,
  captions: SimilarityGraph,
  samples: Int32Array,
  { limit = 48, group }: { limit?: number; group: string },
): HeatMaps {
  const chosen = onePerCaption(dataset, shuffled(samples, seed)).slice(0, limit);
  const ids = Int32Array.from(chosen);
  const groups = chosen.map((index) => classOf(dataset.samples[index]!, group) ?? '');
  const caption = matrixOf(
    scoped(() => captions.similarities(ids).toArray() as Float32Array),
    ids.length,
  );
  const order = orderConcepts(caption, groups);
  const learned = methods.map((one) => [one.key, reorder(cosines(one, ids), order)] as const);
  return {
    labels: order.map((i) => dataset.samples[chosen[i]!]!.captions[0] ?? ''),
    groups: order.map((i) => groups[i]!),
    caption: reorder(caption, order),
    learned: Object.fromEntries(learned),
  };
}

/** For some queries of a retrieval task the `shown` nearest gallery images under each method. */
export async function neighborRows(
  { dataset, methods, seed }: IllustrationSettings,
  images: Images,
  task: RetrievalTask,
  { queries = 8, shown = 6 } = {},
): Promise<NeighborRow[]> {
  const found = methods.map((one) => {
    const sets = galleryAndQueries(dataset, new RowIndex(one.features), {
      ...task,
      where: task.name,
      key: task.match,
    });
    const asked = shuffled(Int32Array.from(sets.queries.samples.keys()), seed).slice(0, queries);
    return {
      key: one.key,
      sets,
      asked,
      similarities: similaritiesTo(one.features.rows, sets.queries.rows, sets.gallery.rows, asked),
    };
  });
  const [first] = found;
  if (first === undefined) return [];
  return Promise.all(
    Array.from(first.asked, async (at, row) => {
      const perMethod = found.map(async ({ key, sets, similarities }) => {
        const { positions } = nearest(similarities[row]!, shown, sets.own[at]!);
        const neighbors = Array.from(
          positions,
          async (position): Promise<Neighbor> => ({
            image: await images.of(sets.gallery.samples[position]!),
            right: sets.gallery.classes[position] === sets.queries.classes[at],
          }),
        );
        return [key, await Promise.all(neighbors)] as const;
      });
      return {
        query: await images.of(first.sets.queries.samples[at]!),
        perMethod: Object.fromEntries(await Promise.all(perMethod)),
      };
    }),
  );
}

/** The same images laid out in a plane by each method. */
export async function embeddingMaps(
  { dataset, methods, seed }: IllustrationSettings,
  images: Images,
  samples: Int32Array,
  { limit = 220, group }: { limit?: number; group: string },
): Promise<Record<string, MapPoint[]>> {
  const ids = shuffled(samples, seed).slice(0, limit);
  const maps: Record<string, MapPoint[]> = {};
  for (const one of methods) {
    const rows = rowsOf(one, ids);
    const vectors = scoped(() => rows.toArray() as Float32Array);
    const plane = embedPlane(vectors, rows.size(1), { seed });
    rows.dispose();
    maps[one.key] = await Promise.all(
      Array.from(ids, async (sample, i) => ({
        x: plane[2 * i]!,
        y: plane[2 * i + 1]!,
        image: await images.of(sample),
        group: classOf(dataset.samples[sample]!, group) ?? '',
      })),
    );
  }
  return maps;
}

function shuffled(samples: Int32Array, seed: number): Int32Array {
  return permutation(samples.length, seed, 0x1a57).map((place) => samples[place]!);
}

function onePerCaption(dataset: Dataset, samples: Int32Array): number[] {
  const seen = new Set<string>();
  return Array.from(samples).filter((sample) => {
    const caption = dataset.samples[sample]!.captions[0] ?? '';
    return !seen.has(caption) && seen.add(caption);
  });
}

/** Unit rows (n, d) of some samples; the caller disposes them. */
function rowsOf({ features }: EncodedMethod, samples: Int32Array): Tensor {
  const { rows } = new RowIndex(features).choose(samples);
  return scoped(() => features.rows.indexSelect(0, tensor(rows)));
}

function cosines(one: EncodedMethod, samples: Int32Array): number[][] {
  const values = scoped(() => {
    const rows = rowsOf(one, samples); // (n, d)
    return rows.matmul(rows.t()).toArray() as Float32Array; // (n, n)
  });
  return matrixOf(values, samples.length);
}

/** Similarities (g) of each asked query to the whole gallery. */
function similaritiesTo(
  rows: Tensor,
  queries: Int32Array,
  gallery: Int32Array,
  asked: Int32Array,
): Float32Array[] {
  return scoped(() => {
    const from = rows.indexSelect(0, tensor(asked.map((at) => queries[at]!))); // (q, d)
    const to = rows.indexSelect(0, tensor(gallery)); // (g, d)
    const values = from.matmul(to.t()).toArray() as Float32Array; // (q, g)
    return Array.from(asked, (_, q) => values.slice(q * gallery.length, (q + 1) * gallery.length));
  });
}

function matrixOf(values: Float32Array, n: number): number[][] {
  return Array.from({ length: n }, (_, i) => Array.from(values.subarray(i * n, (i + 1) * n)));
}

// Task kind `text-retrieval`: images found by their captions, and captions by their images.

import { cat, scoped, tensor } from '@xclr/torch';
import { z } from 'zod';
import type { Dataset } from '../../data/types.js';
import { chooseSamples, describeFilter } from '../filter.js';
import { filterSchema, type MetricKind, nameSchema, perQuery, taskName } from '../metric.js';
import { forEachSimilarityRow } from '../similarity-rows.js';
import { captionOf, placedTexts } from './by-text.js';

const schema = z.strictObject({
  metric: z.literal('text-retrieval'),
  name: nameSchema,
  samples: filterSchema,
  /** Images whose captions teach the map from texts to images, where one is needed. */
  fit: filterSchema,
});
export type TextRetrievalTask = z.infer<typeof schema>;

const ranks = [1, 5, 10] as const;

/** Distinct captions of some images, and which images have each. */
function captionsOf(data: Dataset, samples: Int32Array): Map<string, number[]> {
  const owners = new Map<string, number[]>();
  samples.forEach((sample, place) => {
    for (const caption of data.samples[sample]!.captions) {
      const list = owners.get(caption) ?? [];
      if (list.length === 0) owners.set(caption, list);
      if (list.at(-1) !== place) list.push(place);
    }
  });
  return owners;
}

export const textRetrieval: MetricKind<TextRetrievalTask> = {
  schema,
  filters: ({ samples, fit }) => [samples, fit],
  texts: (task, data) => [
    ...captionsOf(data, chooseSamples(data, task.samples, `${taskName(task)}, samples`)).keys(),
    ...Array.from(chooseSamples(data, task.fit, `${taskName(task)}, fit`), (i) =>
      captionOf(data.samples[i]!),
    ),
  ],
  check(data, task, where) {
    chooseSamples(data, task.samples, `${where}, samples`);
    chooseSamples(data, task.fit, `${where}, fit`);
  },
  run(task, context) {
    const { dataset, rowIndex, onProgress, add } = context;
    const where = taskName(task);
    const { rows, samples, missing } = rowIndex.choose(
      chooseSamples(dataset, task.samples, `${where}, samples`),
    );
    const owners = captionsOf(dataset, samples);
    const texts = [...owners.keys()];
    const placed = placedTexts(texts, task.fit, context, where);
    using textRows = placed.rows; // (u, d)
    using images = scoped(() => placed.images.indexSelect(0, tensor(rows))); // (n, d)
    using all = cat([images, textRows], { dim: 0 }); // (n + u, d)
    const [n, u] = [rows.length, texts.length];
    const imageRows = Int32Array.from({ length: n }, (_, i) => i);
    const captionRows = Int32Array.from({ length: u }, (_, i) => n + i);
    const ofImage: number[][] = Array.from({ length: n }, () => []);
    texts.forEach((text, place) => {
      for (const owner of owners.get(text)!) ofImage[owner]!.push(place);
    });
    const measure = (
      prefix: string,
      queries: Int32Array,
      gallery: Int32Array,
      relevantTo: (query: number) => readonly number[],
      keys: Int32Array,
      said: string,
    ) => {
      const first = new Int32Array(queries.length);
      const visit = (row: Float32Array, query: number) => {
        first[query] = bestRank(row, relevantTo(query));
      };
      forEachSimilarityRow(all, queries, gallery, visit, { onProgress });
      for (const k of ranks) {
        const found = Float64Array.from(first, (rank) => (rank <= k ? 1 : 0));
        add(`${prefix}_r${k}_${task.name}`, perQuery(keys, found), {
          n: found.length,
          counted: 'queries',
          leftOut: missing > 0 ? { 'images without features': missing } : {},
          centered: placed.centered,
          definition: `${said} among the ${k} nearest of ${gallery.length} by cosine (${describeFilter(task.samples)}); median rank ${median(first)}. ${placed.said}`,
        });
      }
    };
    const firstOwner = Int32Array.from(texts, (text) => samples[owners.get(text)![0]!]!);
    measure(
      't2p',
      captionRows,
      imageRows,
      (text) => owners.get(texts[text]!)!,
      firstOwner,
      'Fraction of distinct captions with an image of theirs',
    );
    measure(
      'p2t',
      imageRows,
      captionRows,
      (image) => ofImage[image]!,
      samples,
      'Fraction of images with a caption of their own',
    );
  },
};

/** Rank from 1 of the best relevant item; equals before it count against it. */
function bestRank(row: Float32Array, relevant: readonly number[]): number {
  const wanted = new Set(relevant);
  const best = relevant.reduce((most, place) => Math.max(most, row[place]!), Number.NEGATIVE_INFINITY);
  let rank = 1;
  row.forEach((value, place) => {
    if (value >= best && !wanted.has(place)) rank++;
  });
  return rank;
}

function median(values: Int32Array): number {
  return values.toSorted()[values.length >> 1] ?? 0;
}

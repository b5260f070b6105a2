// Task kind `text-retrieval`: pictures found by their captions, and captions by their pictures.

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
  /** Pictures whose captions teach the map from texts to pictures, where one is needed. */
  fit: filterSchema,
});
export type TextRetrievalTask = z.infer<typeof schema>;

const ranks = [1, 5, 10] as const;

/** Distinct captions of some pictures, and which pictures have each. */
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
    using pictures = scoped(() => placed.pictures.indexSelect(0, tensor(rows))); // (n, d)
    using all = cat([pictures, textRows], { dim: 0 }); // (n + u, d)
    const [n, u] = [rows.length, texts.length];
    const pictureRows = Int32Array.from({ length: n }, (_, i) => i);
    const captionRows = Int32Array.from({ length: u }, (_, i) => n + i);
    const ofPicture: number[][] = Array.from({ length: n }, () => []);
    texts.forEach((text, place) => {
      for (const owner of owners.get(text)!) ofPicture[owner]!.push(place);
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
          leftOut: missing > 0 ? { 'pictures without features': missing } : {},
          definition: `${said} among the ${k} nearest of ${gallery.length} by cosine (${describeFilter(task.samples)}); median rank ${median(first)}. ${placed.said}`,
        });
      }
    };
    const firstOwner = Int32Array.from(texts, (text) => samples[owners.get(text)![0]!]!);
    measure(
      't2p',
      captionRows,
      pictureRows,
      (text) => owners.get(texts[text]!)!,
      firstOwner,
      'Share of distinct captions with a picture of theirs',
    );
    measure(
      'p2t',
      pictureRows,
      captionRows,
      (picture) => ofPicture[picture]!,
      samples,
      'Share of pictures with a caption of their own',
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

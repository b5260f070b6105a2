// Task kind `graded-retrieval`: search where a result is more or less relevant, as a blue shirt is for a navy one.

import { z } from 'zod';
import type { Dataset, Filter } from '../../data/types.js';
import { UserError } from '../../util/errors.js';
import type { RowIndex } from '../feature-set.js';
import { checkKey, chooseSamples, classOf } from '../filter.js';
import { hierarchicalPrecision, ndcgAt, rankedPlaces, relevanceByRank } from '../graded-relevance.js';
import { filterSchema, type MetricKind, nameSchema, perQuery, taskName } from '../metric.js';
import { checkRelevance, type Relevance, relevanceOf, relevanceSchema } from '../relevance.js';
import { forEachSimilarityRow } from '../similarity-rows.js';
import { searchScope } from './search-scope.js';

const schema = z.strictObject({
  metric: z.literal('graded-retrieval'),
  name: nameSchema,
  gallery: filterSchema,
  queries: filterSchema,
  relevance: relevanceSchema,
  /** Cutoffs of NDCG, and of the mean relevance of the first results. */
  at: z.array(z.int().min(1).max(1000)).min(1).default([10]),
  /** Column whose value the results must not share with the query, such as the product: "the exact item is not in stock". */
  hide: z.string().optional(),
});
export type GradedRetrievalTask = z.infer<typeof schema>;

/** Ranks of the curve. */
const curveRanks = 50;

export const gradedRetrieval: MetricKind<GradedRetrievalTask> = {
  schema,
  filters: ({ gallery, queries }) => [gallery, queries],
  check(data, task, where) {
    chooseSamples(data, task.gallery, `${where}, gallery`);
    chooseSamples(data, task.queries, `${where}, queries`);
    if (task.hide !== undefined) checkKey(data, task.hide, `${where}, hide`);
    checkRelevance(data, task, where);
  },
  run(task, { dataset, rowIndex, features, onProgress, add }) {
    const where = taskName(task);
    const { gallery, queries, hidden, relevance, leftOut } = setsOf(task, dataset, rowIndex, where);
    const n = queries.rows.length;
    const size = gallery.rows.length;
    const at = (): Float64Array[] => task.at.map(() => new Float64Array(n));
    const [ndcg, mean, precision] = [at(), at(), new Float64Array(n)];
    const answered = new Uint8Array(n);
    const curve = new Float64Array(Math.min(curveRanks, size));
    const visit = (row: Float32Array, query: number) => {
      const graded = relevance.of(queries.samples[query]!);
      // What is not to be found stands last and counts for nothing.
      hidden(queries.samples[query]!, (place) => {
        row[place] = -Infinity;
        graded[place] = 0;
      });
      if (!graded.some((one) => one > 0)) return;
      answered[query] = 1;
      const order = rankedPlaces(row);
      for (const [i, k] of task.at.entries()) {
        ndcg[i]![query] = ndcgAt(graded, order, k);
        const first = relevanceByRank(graded, order, Math.min(k, size));
        mean[i]![query] = first.reduce((sum, one) => sum + one, 0) / first.length;
      }
      precision[query] = hierarchicalPrecision(graded, order);
      relevanceByRank(graded, order, curve.length).forEach((one, rank) => {
        curve[rank]! += one;
      });
    };
    forEachSimilarityRow(features.rows, queries.rows, gallery.rows, visit, { onProgress });
    const kept = Int32Array.from(answered.keys()).filter((query) => answered[query] === 1);
    if (kept.length === 0)
      throw new UserError(
        `${where}: no query has a relevant image in the gallery`,
        'Choose other columns, or a gallery that shares them.',
      );
    const unitsOf = (values: Float64Array) =>
      perQuery(
        kept.map((query) => queries.samples[query]!),
        Float64Array.from(kept, (query) => values[query]!),
      );
    const result = {
      n: kept.length,
      counted: 'queries',
      leftOut: {
        ...leftOut,
        ...(kept.length < n && { 'queries without a relevant gallery image': n - kept.length }),
      },
    } as const;
    const how = `Relevance: ${relevance.described}.${task.hide === undefined ? '' : ` Images that share the query's ${task.hide} are hidden.`} ${searchScope(task.gallery, task.queries, size)}`;
    for (const [i, k] of task.at.entries()) {
      add(`ndcg${k}_${task.name}`, unitsOf(ndcg[i]!), {
        ...result,
        definition: `Mean NDCG at ${k} with linear gains: Σ relevance / log2(rank + 1) over the first ${k}, divided by that of the best order. ${how}`,
      });
      add(`relevance${k}_${task.name}`, unitsOf(mean[i]!), {
        ...result,
        curve: {
          x: Array.from(curve, (_, rank) => rank + 1),
          y: Array.from(curve, (sum) => sum / kept.length),
        },
        definition: `Mean relevance of the first ${k} results. ${how}`,
      });
    }
    add(`hap_${task.name}`, unitsOf(precision), {
      ...result,
      definition: `Mean hierarchical average precision over the whole gallery: average precision in which a less relevant image counts for less. ${how}`,
    });
  },
};

function setsOf(
  task: GradedRetrievalTask,
  dataset: Dataset,
  rowIndex: RowIndex,
  where: string,
): {
  gallery: { rows: Int32Array; samples: Int32Array };
  queries: { rows: Int32Array; samples: Int32Array };
  /** Calls with the places in the gallery that a query must not find: itself, and what is hidden. */
  hidden: (sample: number, each: (place: number) => void) => void;
  relevance: Relevance;
  leftOut: Record<string, number>;
} {
  const choose = (filter: Filter, role: string) =>
    rowIndex.choose(chooseSamples(dataset, filter, `${where}, ${role}`));
  const gallery = choose(task.gallery, 'gallery');
  const queries = choose(task.queries, 'queries');
  const placeOf = new Map(Array.from(gallery.samples, (sample, place) => [sample, place]));
  const sharing = new Map<string, number[]>();
  const hiddenBy = (sample: number) =>
    task.hide === undefined ? null : classOf(dataset.samples[sample]!, task.hide);
  gallery.samples.forEach((sample, place) => {
    const value = hiddenBy(sample);
    if (value === null) return;
    const list = sharing.get(value) ?? [];
    if (list.length === 0) sharing.set(value, list);
    list.push(place);
  });
  return {
    gallery,
    queries,
    relevance: relevanceOf(dataset, gallery.samples, queries.samples, task.relevance, where),
    hidden: (sample, each) => {
      const own = placeOf.get(sample);
      if (own !== undefined) each(own);
      const value = hiddenBy(sample);
      if (value !== null) for (const place of sharing.get(value) ?? []) each(place);
    },
    leftOut: {
      ...(gallery.missing > 0 && { 'gallery without features': gallery.missing }),
      ...(queries.missing > 0 && { 'queries without features': queries.missing }),
    },
  };
}

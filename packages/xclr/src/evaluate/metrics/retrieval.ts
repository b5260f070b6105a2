// Task kind `retrieval`: recall and mean average precision of images that belong together.

import { z } from 'zod';
import { checkGallery, galleryAndQueries } from '../classes.js';
import { checkKey, chooseSamples } from '../filter.js';
import { filterSchema, type MetricKind, nameSchema, perQuery, taskName } from '../metric.js';
import { recallAt, retrievalScores } from '../retrieval.js';
import { searchScope } from './search-scope.js';

const schema = z.strictObject({
  metric: z.literal('retrieval'),
  name: nameSchema,
  /** 'label' or an attribute: equal values are relevant to each other. */
  match: z.string().default('label'),
  gallery: filterSchema,
  queries: filterSchema,
});
export type RetrievalTask = z.infer<typeof schema>;

export const retrieval: MetricKind<RetrievalTask> = {
  schema,
  filters: ({ gallery, queries }) => [gallery, queries],
  check(data, task, where) {
    chooseSamples(data, task.gallery, `${where}, gallery`);
    chooseSamples(data, task.queries, `${where}, queries`);
    checkKey(data, task.match, `${where}, match`);
    checkGallery(data, task.gallery, task.match, where);
  },
  run(task, { dataset, rowIndex, features, onProgress, add }) {
    const sets = galleryAndQueries(dataset, rowIndex, { ...task, where: taskName(task), key: task.match });
    const scores = retrievalScores(features.rows, sets, { onProgress });
    const keys = sets.queries.samples;
    const search = searchScope(task.gallery, task.queries, sets.gallery.rows.length);
    const result = { n: keys.length, counted: 'queries', leftOut: sets.leftOut } as const;
    for (const k of [1, 5, 10]) {
      add(`r${k}_${task.name}`, perQuery(keys, recallAt(scores, k)), {
        ...result,
        definition: `Fraction of queries with an image of the same ${task.match} among the ${k} nearest by cosine. ${search}`,
      });
    }
    add(`map_${task.name}`, perQuery(keys, scores.averagePrecision), {
      ...result,
      definition: `Mean over queries of average precision: precision at the rank of each image of the same ${task.match}, averaged, over the whole gallery ordered by cosine. ${search}`,
    });
  },
};

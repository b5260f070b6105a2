// Task kind `unknown`: whether images of classes that the gallery lacks fall to their relatives.

import { z } from 'zod';
import { UserError } from '../../util/errors.js';
import { nodesOf, taxonomyFor } from '../class-square.js';
import { classNames, classTaskSettings } from '../class-task.js';
import { checkKey, chooseSamples, classOf } from '../filter.js';
import { type MetricKind, perQuery, taskName } from '../metric.js';
import { nearest, vote } from '../nearest-rows.js';
import { forEachSimilarityRow } from '../similarity-rows.js';
import { searchScope } from './search-scope.js';

const schema = z.strictObject({
  metric: z.literal('unknown'),
  ...classTaskSettings, // no gallery image has a class of the queries
  /** File with the tree, as for the graph `taxonomy`; the classes are nodes of it. */
  taxonomy: z.string(),
  /** How many steps up the tree a common ancestor may be: 1 is the parent. */
  levels: z.array(z.int().min(1)).min(1).default([1, 2]),
  k: z.int().min(1).default(20),
  temperature: z.number().positive().default(0.07),
});
export type UnknownTask = z.infer<typeof schema>;

export const unknown: MetricKind<UnknownTask> = {
  schema,
  filters: ({ gallery, queries }) => [gallery, queries],
  check(data, task, where) {
    checkKey(data, task.label, `${where}, label`);
    const gallery = classNames(data, task, 'gallery', where);
    const queries = classNames(data, task, 'queries', where);
    const known = [...queries].find((name) => gallery.has(name));
    if (known !== undefined)
      throw new UserError(
        `${where}: the gallery has images of '${known}', which should be unknown to it`,
        'Leave the classes of the queries out of the gallery, and out of training.',
      );
    nodesOf(taxonomyFor(task.taxonomy, where), [...gallery, ...queries], where);
  },
  run(task, { dataset, rowIndex, features, onProgress, add }) {
    const where = taskName(task);
    const tree = taxonomyFor(task.taxonomy, where);
    const gallery = rowIndex.choose(chooseSamples(dataset, task.gallery, `${where}, gallery`));
    const queries = rowIndex.choose(chooseSamples(dataset, task.queries, `${where}, queries`));
    const nodeOf = (sample: number) =>
      tree.placeOf.get(classOf(dataset.samples[sample]!, task.label) ?? '') ?? -1;
    const nodes = gallery.samples.map(nodeOf);
    const above = (node: number, level: number) => {
      let at = node;
      for (let step = 0; step < level && at >= 0; step++) at = tree.parent[at]!;
      return at;
    };
    const k = Math.min(task.k, gallery.rows.length);
    const right = task.levels.map(() => new Float64Array(queries.rows.length));
    const visit = (row: Float32Array, query: number) => {
      const answer = vote(nearest(row, k), nodes, task.temperature);
      const truth = nodeOf(queries.samples[query]!);
      for (const [i, level] of task.levels.entries()) {
        const wanted = above(truth, level);
        right[i]![query] = wanted >= 0 && above(answer, level) === wanted ? 1 : 0;
      }
    };
    forEachSimilarityRow(features.rows, queries.rows, gallery.rows, visit, { onProgress });
    const classes = [...new Set(nodes)];
    for (const [i, level] of task.levels.entries()) {
      const guessed =
        Array.from(queries.samples, (sample) => {
          const wanted = above(nodeOf(sample), level);
          return classes.filter((node) => above(node, level) === wanted).length / classes.length;
        }).reduce((sum, one) => sum + one, 0) / queries.samples.length;
      add(`parent${level}_${task.name}`, perQuery(queries.samples, right[i]!), {
        n: queries.rows.length,
        counted: 'queries',
        leftOut: {
          ...(gallery.missing > 0 && { 'gallery without features': gallery.missing }),
          ...(queries.missing > 0 && { 'queries without features': queries.missing }),
        },
        definition:
          `Fraction of queries, whose ${task.label} no gallery image has, for which the ${task.label} with the most votes among the ${k} nearest (a vote is exp(cosine / ${task.temperature})) ` +
          `has the same ancestor ${level === 1 ? 'one step' : `${level} steps`} up the tree. Guessing a class of the gallery would give ${(100 * guessed).toFixed(1)} %. ` +
          searchScope(task.gallery, task.queries, gallery.rows.length),
      });
    }
  },
};

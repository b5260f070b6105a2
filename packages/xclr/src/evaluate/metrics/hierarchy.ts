// Task kind `hierarchy`: how far wrong a classifier is in a tree of classes, what its mistakes cost, and what re-ranking changes.

import { scoped, type Tensor } from '@xclr/torch';
import { z } from 'zod';
import type { Dataset } from '../../data/types.js';
import type { Taxonomy } from '../../graph/taxonomy/tree.js';
import { classifierSettings, forEachProbabilities, galleryClasses } from '../class-scores.js';
import { ancestorHeights, type ClassSquare, readPairs, taxonomyFor } from '../class-square.js';
import { checkClassTask, classNames, classTaskSets, classTaskSettings } from '../class-task.js';
import { predictionsOf } from '../classes.js';
import { type MetricKind, perQuery, taskName } from '../metric.js';
import { descendingOrder, distanceAt, expectedCosts } from '../mistakes.js';
import type { Confusions } from '../types.js';
import { searchScope } from './search-scope.js';

const schema = z.strictObject({
  metric: z.literal('hierarchy'),
  ...classTaskSettings,
  /** File with the tree, as for the graph `taxonomy`; the classes are nodes of it. */
  taxonomy: z.string(),
  /** CSV file with what an answer costs: truth,predicted,cost. Pairs that it does not name cost 1. */
  costs: z.string().optional(),
  /** Classes over which the distance is averaged. */
  at: z.array(z.int().min(1)).min(1).default([1, 5, 20]),
  ...classifierSettings,
});
export type HierarchyTask = z.infer<typeof schema>;

/** Distances in the tree, and what the user says that answers cost. */
function squaresOf({ taxonomy, costs }: HierarchyTask, names: readonly string[], where: string) {
  const tree = taxonomyFor(taxonomy, where);
  const heights = ancestorHeights(tree, names, where);
  const how = { value: 'cost', otherwise: 1, equal: 0, taxonomy: tree, where } as const;
  return { tree, heights, costs: costs === undefined ? undefined : readPairs(costs, names, how) };
}

function checkFiles(data: Dataset, task: HierarchyTask, where: string): void {
  const namesOf = (role: 'gallery' | 'queries') => classNames(data, task, role, where);
  squaresOf(task, [...new Set([...namesOf('gallery'), ...namesOf('queries')])], where);
}

/** What is counted for each query, plainly and after re-ranking. */
class Tally {
  readonly answers: Int32Array;
  readonly wrong: Float64Array;
  readonly severity: Float64Array;
  readonly costs: Float64Array;
  readonly distances: readonly Float64Array[];

  constructor(queries: number, cutoffs: number) {
    this.answers = new Int32Array(queries);
    this.wrong = new Float64Array(queries);
    this.severity = new Float64Array(queries);
    this.costs = new Float64Array(queries);
    this.distances = Array.from({ length: cutoffs }, () => new Float64Array(queries));
  }
}

export const hierarchy: MetricKind<HierarchyTask> = {
  schema,
  filters: ({ gallery, queries }) => [gallery, queries],
  check(data, task, where) {
    checkClassTask(data, task, where);
    checkFiles(data, task, where);
  },
  run(task, context) {
    const { dataset, rowIndex, add, keepPredictions } = context;
    const where = taskName(task);
    const sets = classTaskSets(task, { dataset, rowIndex });
    const names = galleryClasses(sets);
    const { tree, heights, costs } = squaresOf(task, names, where);
    const { queries } = sets;
    const n = queries.rows.length;
    const plain = new Tally(n, task.at.length);
    const reranked = new Tally(n, task.at.length);
    const cheapest = new Tally(n, 0);
    const count = (tally: Tally, scores: Float32Array, query: number) => {
      const truth = queries.classes[query]!;
      const order = descendingOrder(scores);
      const answer = order[0]!;
      const distances = rowOf(heights, truth, names.length);
      tally.answers[query] = answer;
      tally.wrong[query] = answer === truth ? 0 : 1;
      tally.severity[query] = distances[answer]!;
      if (costs !== undefined) tally.costs[query] = costs[truth * names.length + answer]!;
      for (const [i, k] of task.at.entries())
        if (tally.distances[i] !== undefined)
          tally.distances[i][query] = distanceAt(scores, distances, order, k);
    };
    const classified = forEachProbabilities(sets, task, context, (probabilities, start) => {
      eachRow(probabilities, (row, i) => count(plain, row, start + i));
      // The least cost is the highest score.
      scoped(() => {
        eachRow(expectedCosts(probabilities, heights).neg(), (row, i) => count(reranked, row, start + i));
        if (costs !== undefined)
          eachRow(expectedCosts(probabilities, costs).neg(), (row, i) => count(cheapest, row, start + i));
      });
    });
    keepPredictions?.(`top1_${task.name}`, predictionsOf(task.label, sets, plain.answers));
    const keys = queries.samples;
    const search = searchScope(task.gallery, task.queries, sets.gallery.rows.length);
    const result = { n, counted: 'queries', leftOut: sets.leftOut } as const;
    for (const [tally, suffix, how] of [
      [plain, '', `The answer is the ${task.label} that is likeliest by ${classified}.`],
      [
        reranked,
        '-crm',
        `The answer is the ${task.label} of the least expected distance in the tree, by the probabilities of ${classified} (conditional risk minimization at test time).`,
      ],
    ] as const) {
      const right = tally.wrong.map((one) => 1 - one);
      add(`top1${suffix}_${task.name}`, perQuery(keys, right), {
        ...result,
        ...(suffix === '' && { confusions: confusionsIn(tree, names, queries.classes, tally.answers) }),
        definition: `Fraction of queries whose own ${task.label} is the answer. ${how} ${search}`,
      });
      const mistakes = tally.wrong.reduce((sum, one) => sum + one, 0);
      const total = tally.severity.reduce((sum, one) => sum + one, 0);
      add(
        `severity${suffix}_${task.name}`,
        { estimate: total / mistakes, keys, numerators: tally.severity, denominators: tally.wrong },
        {
          ...result,
          n: mistakes,
          definition: `Mean height, in links, of the lowest common ancestor of answer and truth over the wrong answers only; it falls also where easy mistakes are added, so read it beside the accuracy. ${how} ${search}`,
          ...(mistakes === 0 && { note: 'Undefined: there is no mistake.' }),
        },
      );
      for (const [i, k] of task.at.entries())
        add(`hd${k}${suffix}_${task.name}`, perQuery(keys, tally.distances[i]!), {
          ...result,
          definition: `Mean height, in links, of the lowest common ancestor of the truth and the ${k === 1 ? 'answer' : `${k} likeliest classes`} over all queries, 0 where they are equal${k === 1 ? '' : '; equally likely classes count by the chance to be among them'}. ${how} ${search}`,
        });
      if (costs !== undefined)
        add(`cost${suffix}_${task.name}`, perQuery(keys, tally.costs), {
          ...result,
          definition: `Mean cost of the answers by ${task.costs}. ${how} ${search}`,
        });
    }
    if (costs !== undefined)
      add(`cost-least_${task.name}`, perQuery(keys, cheapest.costs), {
        ...result,
        definition: `Mean cost of the answers by ${task.costs}. The answer is the ${task.label} of the least expected cost, by the probabilities of ${classified}. ${search}`,
      });
  },
};

/** Counts of truth and answer, the classes in the order in which the tree's file names them. */
function confusionsIn(
  tree: Taxonomy,
  names: readonly string[],
  truths: Int32Array,
  answers: Int32Array,
): Confusions {
  const order = [...names.keys()].sort((a, b) => tree.placeOf.get(names[a]!)! - tree.placeOf.get(names[b]!)!);
  const placeOf = new Int32Array(names.length);
  for (const [place, code] of order.entries()) placeOf[code] = place;
  const counts = new Array<number>(names.length ** 2).fill(0);
  truths.forEach((truth, i) => {
    counts[placeOf[truth]! * names.length + placeOf[answers[i]!]!]!++;
  });
  const sorted = order.map((code) => names[code]!);
  return {
    names: sorted,
    groups: sorted.map((name) => tree.names[tree.parent[tree.placeOf.get(name)!]!] ?? ''),
    counts,
  };
}

const rowOf = (square: ClassSquare, row: number, size: number) =>
  square.subarray(row * size, (row + 1) * size);

function eachRow(scores: Tensor, visit: (row: Float32Array, place: number) => void): void {
  const [m = 0, c = 0] = scores.shape;
  const values = new Float32Array(m * c);
  scores.to({ dtype: 'float32' }).contiguous().copyTo(values);
  for (let i = 0; i < m; i++) visit(values.subarray(i * c, (i + 1) * c), i);
}

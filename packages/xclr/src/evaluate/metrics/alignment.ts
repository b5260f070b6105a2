// Task kind `alignment`: whether learned similarity orders pairs and triplets as their captions do.

import { z } from 'zod';
import { UserError } from '../../util/errors.js';
import { alignmentScores } from '../alignment.js';
import { captionConcepts } from '../caption-concepts.js';
import { chooseSamples, describeFilter } from '../filter.js';
import { filterSchema, type MetricKind, nameSchema, taskName } from '../metric.js';

const schema = z.strictObject({
  metric: z.literal('alignment'),
  name: nameSchema,
  samples: filterSchema,
  /** Caption similarities of a triplet must differ by more than this. */
  margin: z.number().min(0).default(0.1),
  /** How many triplets to draw. */
  triplets: z.int().min(1).default(100_000),
});
export type AlignmentTask = z.infer<typeof schema>;

export const alignment: MetricKind<AlignmentTask> = {
  schema,
  filters: ({ samples }) => [samples],
  check(data, task, where) {
    chooseSamples(data, task.samples, `${where}, samples`);
  },
  run(task, { dataset, rowIndex, features, captionSimilarity, seed, onProgress, add }) {
    const where = taskName(task);
    if (captionSimilarity === undefined) {
      throw new UserError(
        `${where}: needs caption similarities, got none`,
        'Give a caption graph, or leave the alignment tasks out.',
      );
    }
    const chosen = rowIndex.choose(chooseSamples(dataset, task.samples, `${where}, samples`));
    const concepts = captionConcepts(dataset, chosen.samples);
    const scores = alignmentScores({
      features: features.rows,
      rows: chosen.rows,
      samples: chosen.samples,
      concepts,
      captionSimilarity,
      margin: task.margin,
      triplets: task.triplets,
      seed,
      onProgress,
    });
    const images = `${chosen.rows.length} images (${describeFilter(task.samples)})`;
    const missing: Record<string, number> =
      chosen.missing > 0 ? { 'samples without features': chosen.missing } : {};
    const undefinedNote =
      scores.pairs === 0
        ? 'Undefined: there is no pair of different captions.'
        : scores.captionsConstant
          ? 'Undefined: all pairs have the same caption similarity.'
          : 'Undefined: all pairs have the same learned similarity (a collapsed encoder).';
    add(`alignment_${task.name}`, scores.correlation, {
      n: scores.pairs,
      counted: 'pairs',
      leftOut:
        scores.sameConceptPairs > 0
          ? { ...missing, 'pairs with the same captions': scores.sameConceptPairs }
          : missing,
      definition:
        `Spearman's rank correlation of cosine and caption similarity over ${scores.pairsSampled ? 'a balanced random part of the' : 'all'} ` +
        `pairs of different captions among ${images}; ties get average ranks.`,
      ...(Number.isNaN(scores.correlation.estimate) ? { note: undefinedNote } : {}),
    });
    add(`triplets_${task.name}`, scores.order, {
      n: scores.triplets,
      counted: 'triplets',
      leftOut: missing,
      definition:
        `Fraction of triplets (anchor, i, j) in which the image whose caption is more similar to the anchor's, by more than ${task.margin}, is also ` +
        `nearer by cosine; equal cosines count half. ${scores.tripletsSampled ? 'Drawn at random' : 'All'} among ${images}; chance is 0.5.`,
      ...(scores.triplets === 0
        ? { note: `Undefined: no triplet's caption similarities differ by more than ${task.margin}.` }
        : {}),
    });
  },
};

// Task kind `linear-probe`: logistic regression on frozen features.

import { scoped, tensor } from '@xclr/torch';
import { z } from 'zod';
import { acceptedSettings, acceptsOf, checkAccepted, describeAccepted } from '../accepted.js';
import { checkClassTask, classTaskSets, classTaskSettings } from '../class-task.js';
import { predictionsOf } from '../classes.js';
import { classify } from '../logistic-regression.js';
import { type MetricKind, perQuery, taskName } from '../metric.js';
import { fitProbe } from '../probe.js';
import { searchScope } from './search-scope.js';

const schema = z.strictObject({
  metric: z.literal('linear-probe'),
  ...classTaskSettings,
  /** Inverse strengths of the penalty, of which the best by cross-validation on the gallery is taken. */
  C: z.array(z.number().positive()).min(1).default([0.1, 1, 10, 100, 1000]),
  /** Parts of the gallery, each of which is classified by a fit on the others, for the choice among C. */
  folds: z.int().min(2).max(20).default(3),
  ...acceptedSettings,
});
export type LinearProbeTask = z.infer<typeof schema>;

export const linearProbe: MetricKind<LinearProbeTask> = {
  schema,
  filters: ({ gallery, queries }) => [gallery, queries],
  check(data, task, where) {
    checkClassTask(data, task, where);
    checkAccepted(data, task, where);
  },
  run(task, { dataset, rowIndex, features, seed, device, onProgress, add, keepPredictions }) {
    const where = taskName(task);
    const accepts = acceptsOf(task, where);
    const sets = classTaskSets(task, { dataset, rowIndex }, accepts);
    const { gallery, queries, accepted } = sets;
    const { classifier, C, described } = fitProbe(features.rows, gallery, {
      ...task,
      seed,
      device,
      onProgress,
    });
    using asked = scoped(() => features.rows.indexSelect(0, tensor(queries.rows)).to({ device })); // (q, d)
    const predicted = classify(classifier, asked);
    const correct = Float64Array.from(predicted, (one, i) => (accepted[i]!.includes(one) ? 1 : 0));
    keepPredictions?.(`probe_${task.name}`, predictionsOf(task.label, sets, predicted));
    add(`probe_${task.name}`, perQuery(queries.samples, correct), {
      n: correct.length,
      counted: 'queries',
      leftOut: sets.leftOut,
      chosen: { C },
      converged: classifier.converged,
      ...(!classifier.converged && {
        note: `L-BFGS did not converge: after ${classifier.iterations} iterations the gradient a sample was ${classifier.gradient.toExponential(1)}.`,
      }),
      definition:
        `Fraction of queries for which the ${task.label} that a logistic regression on the frozen features gives ${describeAccepted(task)} ` +
        `(${described}). ` +
        searchScope(task.gallery, task.queries, gallery.rows.length),
    });
  },
};

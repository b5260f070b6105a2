// The training loop: batch, rate, step, validate, log, save. The components keep all state (components.ts).
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Components } from './components.js';
import { queueStep } from './step.js';
import type { TrainingJob, TrainingOutcome } from './training-job.js';
import { alone } from './world/world.js';

export type { TrainingJob, TrainingOutcome, TrainingProgress } from './training-job.js';

/** Trains, or resumes training; what was learned is in the run folder's checkpoints. */
export async function train(job: TrainingJob): Promise<TrainingOutcome> {
  const { world = alone } = job;
  await using components = new Components(job);
  const { loader, schedule, setup, progress, results, stopwatch, validation, checkpoints, reports } =
    components;
  const { snapshots, learner, average } = components;
  using log = components.start(job);
  await snapshots.takeIfDue(progress.step, learner.model);
  while (!progress.finished && !world.any(job.stop?.aborted === true)) {
    stopwatch.start();
    const step = progress.step + 1;
    const batch = await loader.next({ more: step < progress.totalSteps });
    const lr = schedule.advance();
    const queued = queueStep(setup, batch, { statistics: reports.due(step) });
    progress.advance();
    average?.follow(progress.step);
    const asked = { step, lr, images: world.size * batch.indices.length };
    const saves = checkpoints.due(step); // asked in every step, for it remembers its answer
    const all = progress.finished || validation.due(step) || saves;
    const finished = results.take(asked, queued, { all }); // on a GPU: of the step before
    stopwatch.lap(batch);
    const validationLoss = await components.measure(step);
    reports.report(log, finished, validationLoss);
    if (progress.improves(validationLoss)) checkpoints.saveBest();
    checkpoints.saveIfDue(step);
    await nextTurn(); // lets signals and timers in
  }
  reports.report(log, results.rest());
  checkpoints.saveLast(progress.step);
  return components.outcome();
}

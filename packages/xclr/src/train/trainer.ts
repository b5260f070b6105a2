// The training loop: batch, rate, step, validate, log, save. The components keep all state (components.ts).
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Components } from './components.js';
import { trainStep } from './step.js';
import type { TrainingJob, TrainingOutcome } from './training-job.js';

export type { TrainingJob, TrainingOutcome, TrainingProgress } from './training-job.js';

/** Trains, or resumes training; what was learned is in the run folder's checkpoints. */
export async function train(job: TrainingJob): Promise<TrainingOutcome> {
  await using components = new Components(job);
  const { loader, schedule, setup, progress, stopwatch, validation, checkpoints, reports } = components;
  using log = components.start(job);
  while (!progress.finished && !job.stop?.aborted) {
    stopwatch.start();
    const batch = await loader.next();
    const lr = schedule.advance();
    const result = trainStep(setup, batch, { statistics: reports.due(progress.step + 1) });
    progress.advance();
    stopwatch.lap(batch);
    const validationLoss = validation.due(progress.step) ? await validation.measure() : undefined;
    reports.report(log, { lr, validationLoss, images: batch.indices.length, ...result });
    if (progress.improves(validationLoss)) checkpoints.saveBest();
    checkpoints.saveIfDue(progress.step);
    await nextTurn(); // lets signals and timers in
  }
  checkpoints.saveLast(progress.step);
  return components.outcome();
}

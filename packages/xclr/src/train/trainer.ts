// The training loop: batch, rate, step, validate, log, save. The components keep all state (components.ts).
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Dataset, ImageReader } from '../data/index.js';
import { Components } from './components.js';
import type { TrainConfig } from './config.js';
import type { Objective } from './objectives/index.js';
import type { RunFolder } from './run-folder.js';
import { trainStep } from './step.js';

/** What a training run is given; it owns none of it. */
export interface TrainingJob {
  readonly config: TrainConfig;
  readonly device: string;
  readonly dataset: Dataset;
  readonly store: ImageReader;
  readonly objective: Objective;
  readonly run: RunFolder;
  /** Indices into dataset.samples. */
  readonly training: Int32Array;
  readonly validation: Int32Array;
  /** Stops after the present step, with a checkpoint. */
  readonly stop?: AbortSignal;
  readonly onStep?: (progress: TrainingProgress) => void;
  readonly onNotice?: (message: string) => void;
}

export interface TrainingProgress {
  readonly step: number;
  readonly totalSteps: number;
  readonly loss: number;
  readonly viewsPerSecond: number;
}

export interface TrainingOutcome {
  readonly finished: boolean;
  readonly step: number;
  readonly totalSteps: number;
  readonly seconds: number;
  /** Fraction of the step time spent waiting for images, without the first decoding of those that are kept in memory. */
  readonly dataFraction: number;
}

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

// What a run tells of its steps: to its log, to whoever watches, and once where nothing is learned.
import { LearningWatch } from './learning-watch.js';
import type { MetricsLog } from './metrics-log.js';
import type { Progress } from './progress.js';
import type { StepResult } from './step.js';
import type { Stopwatch } from './stopwatch.js';
import type { TrainingJob } from './training-job.js';
import type { Validation } from './validation.js';

export interface ReportedStep extends StepResult {
  readonly lr: number;
  readonly validationLoss: number | undefined;
  /** Images in the batch. */
  readonly images: number;
}

interface Reported {
  readonly progress: Progress;
  readonly stopwatch: Stopwatch;
  readonly validation: Validation;
  readonly warmupSteps: number;
}

export class Reports {
  readonly #job: TrainingJob;
  readonly #parts: Reported;
  readonly #watch: LearningWatch;

  constructor(job: TrainingJob, parts: Reported) {
    this.#job = job;
    this.#parts = parts;
    const { totalSteps } = parts.progress;
    this.#watch = new LearningWatch({ totalSteps, warmupSteps: parts.warmupSteps });
  }

  /** Whether a step is logged: the first, the last, every so many, and those with something to tell. */
  due(step: number): boolean {
    const { validation, progress } = this.#parts;
    const { logEvery } = this.#job.config;
    const last = step === progress.totalSteps;
    return step === 1 || step % logEvery === 0 || last || validation.due(step) || step === this.#watch.at;
  }

  /** Tells of the step that was just done. */
  report(log: MetricsLog, { lr, validationLoss, images, loss, gradNorm, statistics }: ReportedStep): void {
    const { objective, onStep, onNotice } = this.#job;
    const { progress, stopwatch } = this.#parts;
    const { step, totalSteps } = progress;
    const chanceLoss = objective.chanceLoss(images);
    if (statistics !== undefined) {
      log.write({
        step,
        lr,
        chanceLoss,
        loss,
        ...statistics,
        ...(gradNorm !== undefined && { gradNorm }),
        ...stopwatch.means(),
        ...(validationLoss !== undefined && { validationLoss }),
      });
    }
    const notice = this.#watch.see({ step, loss, chanceLoss, targetEntropy: statistics?.targetEntropy });
    if (notice !== null) onNotice?.(notice);
    onStep?.({ step, totalSteps, loss, viewsPerSecond: stopwatch.viewsPerSecond });
  }
}

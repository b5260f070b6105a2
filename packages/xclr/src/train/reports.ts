// What a run tells of its steps: to its log, to whoever watches, and once where nothing is learned.
import { LearningWatch } from './learning-watch.js';
import type { MetricsLog } from './metrics-log.js';
import type { Progress } from './progress.js';
import type { FinishedStep } from './results.js';
import type { Stopwatch } from './stopwatch.js';
import { TimeEstimate } from './time-estimate.js';
import type { TrainingJob } from './training-job.js';
import type { Validation } from './validation.js';

interface Reported {
  readonly progress: Progress;
  readonly stopwatch: Stopwatch;
  readonly validation: Validation;
  readonly warmupSteps: number;
}

export class Reports {
  readonly #time = new TimeEstimate();
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

  /**
   * Tells of steps that were done, in the process that keeps the run's log.
   * @param validationLoss after the last of them
   */
  report(log: MetricsLog | null, steps: readonly FinishedStep[], validationLoss?: number): void {
    if (log === null) return;
    for (const one of steps) this.#tell(log, one, one === steps.at(-1) ? validationLoss : undefined);
  }

  #tell(
    log: MetricsLog,
    { step, lr, images, loss, gradNorm, statistics }: FinishedStep,
    validationLoss: number | undefined,
  ): void {
    const { objective, onStep, onNotice, trackers } = this.#job;
    const { progress, stopwatch } = this.#parts;
    const { totalSteps } = progress;
    const chanceLoss = objective.chanceLoss(images);
    if (statistics !== undefined) {
      const values = {
        lr,
        chanceLoss,
        loss,
        ...statistics,
        gradNorm,
        ...stopwatch.means(),
        ...(validationLoss !== undefined && { validationLoss }),
      };
      log.write({ step, ...values });
      trackers?.log(step, values);
    }
    const notice = this.#watch.see({ step, loss, chanceLoss, targetEntropy: statistics?.targetEntropy });
    if (notice !== null) onNotice?.(notice);
    const { inFirstPass, sessionSeconds, lastStepSeconds: stepSeconds } = stopwatch;
    const time = this.#time.see({
      sessionSeconds,
      stepSeconds,
      left: totalSteps - progress.step,
      inFirstPass,
    });
    if (time !== null) onNotice?.(time);
    onStep?.({ step, totalSteps, loss, viewsPerSecond: stopwatch.viewsPerSecond });
  }
}

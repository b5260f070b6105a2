// The training loop: batch, views, forward, loss, backward, step, log, save.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { getRngState, manualSeed, noGrad, scoped, setRngState } from '@xclr/torch';
import { viewsPerSample } from '../data/augment/index.js';
import { type Dataset, type ImageReader, Loader, orderOf } from '../data/index.js';
import { loadCheckpoint, type Progress, saveCheckpoint } from './checkpoint.js';
import type { TrainConfig } from './config.js';
import { loadInitialWeights } from './initial-weights.js';
import { MetricsLog } from './metrics-log.js';
import type { Objective } from './objectives/index.js';
import { createOptimizer, createSchedule, setLearningRate } from './optimize.js';
import type { RunFolder } from './run-folder.js';
import { measureBatch, notFinite, type StepResult, type StepSetup, trainStep } from './step.js';
import { Stopwatch } from './stopwatch.js';
import type { TrainingModel } from './training-model.js';
import { viewRecipe } from './view-recipe.js';

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
  /** Fraction of the step time spent waiting for images. */
  readonly dataFraction: number;
}

/** Trains, or resumes training; what was learned is in the run folder's checkpoints. */
export async function train(job: TrainingJob): Promise<TrainingOutcome> {
  const { config, device, objective, run, store } = job;
  const loader = new Loader(store, {
    indices: job.training,
    batchSize: config.batchSize,
    order: orderOf(job.dataset, job.training, config),
    dropLast: true,
    prefetchBytes: config.prefetchMiB * 2 ** 20,
  });
  const stepsPerEpoch = loader.batchesPerEpoch;
  const totalSteps = config.steps ?? Math.max(1, Math.round((config.epochs ?? 1) * stepsPerEpoch));

  manualSeed(config.seed);
  const learner = objective.createLearner();
  using model = learner.model.train();
  using optimizer = createOptimizer(model.parameters(), config);
  const schedule = createSchedule(config, totalSteps, stepsPerEpoch);
  const recipe = viewRecipe(config.views);
  const { views } = objective;
  const setup: StepSetup = { config, device, recipe, views, learner, optimizer };
  const trained = { model, optimizer };
  const viewsEach = viewsPerSample(recipe, views);

  let at: Progress = { step: 0, epoch: 0, batch: 0, bestValidationLoss: null, seconds: 0 };
  if (config.resume) {
    const restored = loadCheckpoint(run.file('checkpoints', 'last'), trained);
    setRngState(restored.rngState);
    at = restored.progress;
    if (restored.warning !== null) job.onNotice?.(restored.warning);
  } else loadInitialWeights(model.encoder, config);
  using log = new MetricsLog(run, config.resume ? { resumeAt: at.step } : {});
  const watch = new Stopwatch(at.seconds);
  const every = validationInterval(totalSteps);

  const save = (name: 'last' | 'best') => {
    assertFiniteWeights(model);
    saveCheckpoint(run.file('checkpoints', name), trained, { ...at, seconds: watch.seconds }, getRngState());
  };

  while (at.step < totalSteps && !job.stop?.aborted) {
    for await (const batch of loader.epoch({ epoch: at.epoch, batch: at.batch })) {
      const lr = setLearningRate(optimizer, config.optimizer.lr * schedule(at.step));
      const result = trainStep(setup, batch, at.epoch);
      watch.lap(batch.waitSeconds, viewsEach * batch.indices.length);
      at = { ...at, step: at.step + 1, batch: batch.position.batch + 1 };

      const chanceLoss = objective.chanceLoss(batch.indices.length);
      if (at.step === Math.ceil(totalSteps / 5)) warnIfNothingLearned(result, chanceLoss, job.onNotice);

      const last = at.step === totalSteps;
      const validating = job.validation.length > 1 && (at.step % every === 0 || last);
      const validationLoss = validating ? await validate(setup, job) : undefined;
      if (at.step % config.logEvery === 0 || last || validating || at.step === 1) {
        log.write({
          step: at.step,
          lr,
          chanceLoss,
          ...result,
          ...watch.means(),
          ...(validationLoss !== undefined && { validationLoss }),
        });
      }
      job.onStep?.({ step: at.step, totalSteps, loss: result.loss, viewsPerSecond: watch.viewsPerSecond });

      if (
        validationLoss !== undefined &&
        validationLoss < (at.bestValidationLoss ?? Number.POSITIVE_INFINITY)
      ) {
        at = { ...at, bestValidationLoss: validationLoss };
        save('best');
      }
      if (last || watch.dueForCheckpoint(at.step, config.checkpointEvery)) save('last');
      await nextTurn(); // lets signals and timers in
      watch.start();
      if (last || job.stop?.aborted) break;
    }
    if (!job.stop?.aborted) at = { ...at, epoch: at.epoch + 1, batch: 0 };
  }
  const finished = at.step >= totalSteps;
  if (!finished) save('last');
  return { finished, step: at.step, totalSteps, seconds: watch.seconds, dataFraction: watch.dataFraction };
}

/** The loss can fall from that of a random guess to the targets' entropy: after a fifth of a run some of it should be gone. */
function warnIfNothingLearned(
  { loss, targetEntropy }: StepResult,
  chanceLoss: number,
  onNotice: TrainingJob['onNotice'],
): void {
  if (chanceLoss - loss > 0.02 * (chanceLoss - targetEntropy)) return;
  onNotice?.(
    `after a fifth of the run the loss, ${loss.toFixed(3)}, is still that of a random guess, ${chanceLoss.toFixed(3)}: ` +
      'try another learning rate, weaker augmentation, or look at the captions',
  );
}

/** About ten times a run. */
function validationInterval(totalSteps: number): number {
  return Math.max(1, Math.ceil(totalSteps / 10));
}

/** Mean loss over the validation part in evaluation mode, with the same views every time. */
async function validate(setup: StepSetup, { store, validation, config }: TrainingJob): Promise<number> {
  const batchSize = Math.min(config.batchSize, validation.length);
  const loader = new Loader(store, {
    indices: validation,
    batchSize,
    seed: config.seed,
    order: 'sequential',
    dropLast: true,
  });
  let sum = 0;
  let views = 0;
  setup.learner.model.eval();
  for await (const batch of loader.epoch({ epoch: 0 })) {
    if (batch.indices.length < 2) continue;
    sum += batch.indices.length * noGrad(() => scoped(() => measureBatch(setup, batch, 0).loss.item()));
    views += batch.indices.length;
  }
  setup.learner.model.train();
  return sum / views;
}

/** A checkpoint of broken weights would overwrite the last good one. */
function assertFiniteWeights(model: TrainingModel): void {
  for (const [name, parameter] of model.namedParameters()) {
    const norm = noGrad(() => scoped(() => parameter.linalgVectorNorm().item()));
    if (!Number.isFinite(norm)) throw notFinite(`weight ${name}`, norm);
  }
}

// The components of a training run, made as the settings say. Each owns its state; the loop in trainer.ts owns none.
import { viewsPerSample } from '../data/augment/index.js';
import { Loader, orderOf } from '../data/index.js';
import { Batches } from './batches.js';
import { CheckpointKeeper } from './checkpoint-keeper.js';
import { Generator } from './generator.js';
import { LearningRate } from './learning-rate.js';
import { LossScale } from './loss-scale.js';
import { MetricsLog } from './metrics-log.js';
import type { Learner } from './objectives/index.js';
import { type AnyOptimizer, createOptimizer } from './optimize.js';
import { precisionOf } from './precision.js';
import { Progress } from './progress.js';
import { Reports } from './reports.js';
import { Results } from './results.js';
import { writeStatus } from './run-status.js';
import { Snapshots } from './snapshots/snapshots.js';
import type { StepSetup } from './step.js';
import { StepGuard } from './step-guard.js';
import { Stopwatch } from './stopwatch.js';
import type { TrainingJob, TrainingOutcome } from './training-job.js';
import { Validation } from './validation.js';
import { viewRecipe } from './view-recipe.js';
import { ViewsAhead } from './views-ahead.js';
import { WeightAverage } from './weight-average.js';
import { alone } from './world/world.js';

export class Components implements AsyncDisposable {
  readonly loader: ViewsAhead;
  readonly learner: Learner;
  readonly optimizer: AnyOptimizer;
  /** Of the weights, where the settings ask for it. */
  readonly average: WeightAverage | null;
  readonly schedule: LearningRate;
  readonly generator: Generator;
  readonly progress: Progress;
  readonly results: Results;
  readonly stopwatch: Stopwatch;
  readonly validation: Validation;
  readonly checkpoints: CheckpointKeeper;
  /** What a step needs of the above. */
  readonly setup: StepSetup;
  readonly reports: Reports;
  readonly snapshots: Snapshots;
  readonly #guard: StepGuard | null;
  readonly #lossScale: LossScale | null;

  constructor(job: TrainingJob) {
    const { config, device, dataset, store, objective, run, training, validation, world = alone } = job;
    const { rank, size } = world;
    const loader = new Loader(store, {
      indices: training,
      batchSize: config.batchSize,
      order: orderOf(dataset, training, { ...config, batchSize: size * config.batchSize }),
      shard: { rank, world: size },
      complete: size > 1,
      dropLast: true,
      prefetchBytes: config.prefetchMiB * 2 ** 20,
    });
    const stepsPerEpoch = loader.batchesPerEpoch;
    const totalSteps = config.steps ?? Math.max(1, Math.round((config.epochs ?? 1) * stepsPerEpoch));
    const bytes = (training.length + validation.length) * job.imageBytes;
    const kept = dataset.packedSize === undefined && bytes <= config.cacheMiB * 2 ** 20;
    const firstPass = kept ? stepsPerEpoch : 0;
    const recipe = viewRecipe(config.views);
    const { views } = objective;

    this.loader = new ViewsAhead(new Batches(loader), { config, device, recipe, views });
    this.generator = new Generator(config.seed, device); // before the weights, which it decides
    this.learner = objective.createLearner();
    const model = this.learner.model.train();
    this.optimizer = createOptimizer(model, config);
    this.average = config.emaDecay === undefined ? null : new WeightAverage(model, config.emaDecay);
    this.schedule = new LearningRate(this.optimizer, config, { totalSteps, stepsPerEpoch });
    this.progress = new Progress(totalSteps);
    this.stopwatch = new Stopwatch({ viewsEach: size * viewsPerSample(recipe, views), firstPass });
    const queued = device !== 'cpu';
    this.#guard = queued ? new StepGuard(device) : null;
    this.#lossScale = precisionOf(config.precision, device) === 'float16' ? new LossScale(device) : null;
    this.results = new Results({ ahead: queued ? 1 : 0 });
    const { learner, optimizer } = this;
    const [guard, lossScale] = [this.#guard, this.#lossScale];
    const parameters = model.parameters();
    this.setup = { config, device, recipe, views, learner, optimizer, parameters, guard, lossScale, world };
    this.validation = new Validation(this.setup, store, validation, totalSteps);
    const { schedule, generator, progress, stopwatch } = this;
    const { warmupSteps } = schedule;
    this.reports = new Reports(job, { progress, stopwatch, validation: this.validation, warmupSteps });
    this.snapshots = new Snapshots(job, totalSteps);
    const components = { loader: this.loader, schedule, generator, progress, stopwatch };
    const optional = lossScale === null ? {} : { lossScale };
    const parts = { model, average: this.average, optimizer, components, optional };
    this.checkpoints = new CheckpointKeeper(run, parts, config, { writes: rank === 0 });
  }

  /**
   * Begins with fresh weights, with given ones, or where the run's last checkpoint is; says so. Gives the run's log, which rank 0
   * keeps; the other processes begin with what it has.
   */
  start(job: TrainingJob): MetricsLog | null {
    const { world = alone } = job;
    const log = world.rank === 0 ? this.#start(job) : null;
    const [{ totalSteps }, stepsPerEpoch] = [this.progress, this.loader.perEpoch];
    if (world.rank === 0) writeStatus(job.run, { state: 'running', totalSteps, stepsPerEpoch });
    world.begin(this.checkpoints.parts);
    return log;
  }

  #start({ config, run, weights, onNotice }: TrainingJob): MetricsLog {
    if (!config.resume) {
      weights?.load(this.learner.model.encoder);
      this.average?.begin();
      return new MetricsLog(run);
    }
    const { path, damage } = this.checkpoints.restore(this.progress);
    const { step, totalSteps } = this.progress;
    const { epoch, batch } = this.loader.stateDict();
    if (damage !== null) onNotice?.(`${damage}; the checkpoint before it is taken`);
    onNotice?.(
      `resuming from step ${step} of ${totalSteps} (epoch ${epoch + 1}, batch ${batch} of ${this.loader.perEpoch}), saved in ${path}`,
    );
    return new MetricsLog(run, { resumeAt: step });
  }

  /**
   * After a step: takes the snapshot that is due, and measures the validation loss where that is due, of the weights that are kept:
   * the average, where there is one.
   */
  async measure(step: number): Promise<number | undefined> {
    const { validation, snapshots } = this;
    const validates = validation.due(step);
    if (!validates && !snapshots.due(step)) return undefined;
    const measure = async () => {
      const loss = validates ? await validation.measure() : undefined;
      await snapshots.takeIfDue(step, this.learner.model);
      return loss;
    };
    return this.average === null ? measure() : this.average.during(measure);
  }

  outcome(): TrainingOutcome {
    const { finished, step, totalSteps } = this.progress;
    const { seconds, dataFraction } = this.stopwatch;
    return { finished, step, totalSteps, seconds, dataFraction };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.results[Symbol.dispose]();
    await this.loader[Symbol.asyncDispose]();
    this.#guard?.[Symbol.dispose]();
    this.#lossScale?.[Symbol.dispose]();
    this.average?.[Symbol.dispose]();
    this.optimizer.dispose();
    this.learner.model.dispose();
  }
}

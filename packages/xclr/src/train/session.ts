// From settings to a trained run folder: opens the data, builds the graph, trains, keeps the record.
import { appendFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import { buildInfo, cudaAvailable, setNumThreads } from '@xclr/torch';
import {
  type Dataset,
  type DatasetOptions,
  type ImageReader,
  openDataset,
  openImages,
  type Problem,
  selectSamples,
} from '../data/index.js';
import { UserError } from '../util/errors.js';
import { version } from '../util/version.js';
import { claimRun } from './claim-run.js';
import { resolveTrainConfig, settingsThatMayChangeOnResume, type TrainConfig } from './config.js';
import { openStartingWeights } from './initial-weights.js';
import { createObjective } from './objectives/index.js';
import { precisionOf } from './precision.js';
import type { RunFolder, RunRecord } from './run-folder.js';
import { type TrainingOutcome, type TrainingProgress, train } from './trainer.js';

/** What a program hears of a training, and how it stops one. */
export interface SessionOptions {
  readonly stop?: AbortSignal;
  readonly onStep?: (progress: TrainingProgress) => void;
  /** Captions encoded so far, and all, where some were not in the store. */
  readonly onEncode?: (done: number, total: number) => void;
  /** A line for the user: what was found, chosen, skipped. */
  readonly onNotice?: (message: string) => void;
}

/** Trains as the settings say, in a new run folder, or resumes one. */
export async function runTraining(
  given: TrainConfig,
  options: SessionOptions = {},
): Promise<TrainingOutcome & { run: RunFolder }> {
  const notice = options.onNotice ?? (() => undefined);
  using claim = await claimRun(given.run, { resume: given.resume });
  const { run } = claim;
  const device = chooseDevice(given.device);
  const config: TrainConfig = { ...given, precision: precisionOf(given.precision, device) };
  setNumThreads(config.threads === 'auto' ? availableParallelism() : config.threads);

  const dataset = await openDataset(config.data.path, datasetOptions(config));
  const training = selectSamples(dataset, config.data.train);
  const validation = selectSamples(dataset, { ...config.data.train, split: 'validation' });
  if (training.length < config.batchSize) {
    throw new UserError(
      `train: batchSize ${config.batchSize} is larger than the training part, ${training.length} images`,
      `set --batch-size to at most ${training.length}, or check --data-train and the split column`,
    );
  }
  const weights = config.resume ? null : await openStartingWeights(config, notice);
  if (weights !== null) notice(`starts from ${weights.record.path}: ${weights.notes.join('; ')}`);
  using objective = await createObjective({
    config,
    dataset,
    training,
    validation,
    device,
    onNotice: notice,
    ...(options.onEncode !== undefined && { onEncode: options.onEncode }),
    runFolder: run.path,
  });
  notice(
    `${dataset.name}: ${training.length} training and ${validation.length} validation images; ${objective.contrast}`,
  );
  for (const note of objective.notes) notice(note);
  notice(`learns from: ${objective.description}`);

  const record: RunRecord = {
    xclr: version,
    libtorch: buildInfo().builtFor,
    node: process.version,
    createdAt: new Date().toISOString(),
    data: {
      name: dataset.name,
      fingerprint: dataset.fingerprint,
      samples: dataset.samples.length,
      training: training.length,
    },
    graph: objective.description,
    ...(weights !== null && { initialWeights: weights.record }),
    config,
  };
  if (config.resume) checkSameRun(run.readRecord(), record);
  else run.writeRecord(record);

  await using store = openStore(config, dataset, notice);
  try {
    const outcome = await train({
      ...options,
      config,
      device,
      dataset,
      store,
      objective,
      run,
      weights,
      training,
      validation,
    });
    if (outcome.dataFraction > 0.1) {
      notice(
        `the trainer waited for images during ${Math.round(100 * outcome.dataFraction)} % of the time: ` +
          waitRemedy(config, dataset),
      );
    }
    return { ...outcome, run };
  } finally {
    listSkipped(run, [...dataset.problems, ...store.failures], notice);
  }
}

/** How a run's data source is read; evaluation reads it in the same way. */
export function datasetOptions({ data }: TrainConfig): DatasetOptions {
  return {
    template: data.template,
    columns: {
      image: data.imageColumn,
      caption: data.captionColumn,
      label: data.labelColumn,
      split: data.splitColumn,
      id: data.idColumn,
    },
    imageRoot: data.imageRoot,
    fractions: data.fractions,
    splitBy: data.splitBy,
    exclude: data.exclude,
    only: data.only,
    holdOut: data.holdOut,
    fraction: data.fraction,
    fractionSeed: data.fractionSeed,
    maxFailureRate: data.maxFailureRate,
  };
}

/** Side in pixels of decoded images: a third larger than the views cut from them, so that crops keep detail. */
export function viewSourceSize({ source, size }: TrainConfig['views']): number {
  return source === 'auto' ? Math.ceil((size * 4) / 3) : source;
}

/** What makes the trainer wait less. */
function waitRemedy({ views, data }: TrainConfig, { source, packedSize }: Dataset): string {
  if (packedSize !== undefined)
    return 'the disk is slow: copy the packed store to a faster one, or use --sampler stream';
  if (source === 'packed store')
    return 'pack the images as pixels (--images raw), or raise --workers or --cache-mib';
  return `\`xclr data pack ${data.path} packed/ --size ${viewSourceSize(views)}\` stores them ready to use; or raise --workers or --cache-mib`;
}

/** Opens the images; says where they come at another size than was asked for, and when one crashes its decoder. */
export function openStore(
  config: TrainConfig,
  dataset: Dataset,
  notice: (message: string) => void = () => undefined,
): ImageReader {
  const size = viewSourceSize(config.views);
  const { packedSize } = dataset;
  if (packedSize !== undefined && packedSize !== size) {
    notice(
      `the packed store keeps images of ${packedSize} pixels, which are used instead of ${size} pixels` +
        (packedSize < size ? ': views show less detail than they could' : ''),
    );
  }
  return openImages(dataset, {
    size,
    timeoutSeconds: config.decodeTimeout,
    onCrash: config.onDecoderCrash,
    onCrashed: ({ image, reason }) => {
      const then = config.onDecoderCrash === 'skip' ? 'the image is skipped' : 'the run stops';
      notice(`${reason}, with ${image.path}; ${then}`);
    },
    cacheBytes: config.cacheMiB * 2 ** 20,
    maxFailureRate: config.data.maxFailureRate,
    ...(config.workers !== 'auto' && { workers: config.workers }),
  });
}

export function chooseDevice(device: string): string {
  if (device === 'auto') return cudaAvailable() ? 'cuda:0' : 'cpu';
  if (device.startsWith('cuda') && !cudaAvailable()) {
    throw new UserError(
      `device: expected an available device, got ${device}`,
      'this LibTorch has no CUDA or sees no GPU: use --device cpu',
    );
  }
  return device === 'cuda' ? 'cuda:0' : device;
}

function checkSameRun(saved: RunRecord, now: RunRecord): void {
  if (saved.data.fingerprint !== now.data.fingerprint) {
    throw new UserError(
      `--resume: the data at ${now.config.data.path} have changed since the run began (${saved.data.samples} samples then, ${now.data.samples} now)`,
      'restore the data, or start another run',
    );
  }
  const asSaved = JSON.parse(JSON.stringify(now.config)) as TrainConfig;
  // An older run lacks settings that came since: they had the default's effect.
  const before = JSON.parse(JSON.stringify(resolveTrainConfig({ base: saved.config }))) as TrainConfig;
  const names = Object.keys(asSaved) as (keyof TrainConfig)[];
  const changed = names.filter(
    (name) => !settingsThatMayChangeOnResume.has(name) && !isDeepStrictEqual(before[name], asSaved[name]),
  );
  if (changed.length > 0) {
    throw new UserError(
      `--resume: settings differ from the run's: ${changed.join(', ')}`,
      'leave them out: a resumed run uses its own settings',
    );
  }
}

/** Lists problems in the run folder; a warning (a class with one image) is no image that was skipped. */
function listSkipped(run: RunFolder, problems: readonly Problem[], notice: (message: string) => void): void {
  if (problems.length === 0) return;
  appendFileSync(
    run.file('skipped.jsonl'),
    problems.map((problem) => `${JSON.stringify(problem)}\n`).join(''),
  );
  const skipped = problems.filter(({ warning }) => !warning).length;
  if (skipped > 0) notice(`${skipped} images or rows were skipped; ${run.file('skipped.jsonl')} lists them`);
}

// What a training needs before its first step: the device, the data, complete settings, the objective, a plan.
import { nn, setNumThreads } from '@xclr/torch';
import { type Dataset, openDataset, selectSamples } from '../data/index.js';
import { UserError } from '../util/errors.js';
import { usualThreads } from '../util/threads.js';
import { chunkNotice } from './chunk-notice.js';
import { completeConfig } from './complete-config.js';
import type { AskedTrainConfig, Choice, TrainConfig } from './config.js';
import { dataNotices } from './data-notices.js';
import { datasetOptions } from './dataset-options.js';
import { chooseDevice } from './device.js';
import { openStartingWeights, type StartingWeights } from './initial-weights.js';
import { checkMemory, deviceMemory, type MemoryPlan } from './memory/check.js';
import { estimateMemory } from './memory/estimate.js';
import { memoryFacts } from './memory/facts.js';
import { presentMemory } from './memory/limits.js';
import { createObjective, type Objective } from './objectives/index.js';
import { setPrecision } from './precision.js';
import { checkShardCache } from './shard-cache.js';
import { typicalImages } from './typical-images.js';
import { coresOf, type MachinePlace } from './world/machine-part.js';

export interface Prepared extends Disposable {
  readonly config: TrainConfig;
  /** What was left to be chosen, and what it became. */
  readonly choices: readonly Choice[];
  readonly device: string;
  readonly dataset: Dataset;
  /** Indices into dataset.samples. */
  readonly training: Int32Array;
  readonly validation: Int32Array;
  readonly objective: Objective;
  /** What training starts from; null for random weights, and in a resumed run. */
  readonly weights: StartingWeights | null;
  /** Numbers that are trained in the encoder, and in all. */
  readonly parameters: { readonly encoder: number; readonly all: number };
  /** Mean bytes of a decoded image, estimated from a few. */
  readonly imageBytes: number;
  /** Null where nobody tells how much memory the device has. */
  readonly memory: MemoryPlan | null;
  /** How many processes train together. */
  readonly processes: number;
}

/** How this process's machine and batch are divided where several train together. */
export interface Processes extends MachinePlace {
  readonly size: number;
  readonly localRank: number;
}

const one: Processes = { size: 1, localRank: 0, localSize: 1 };

export interface PrepareOptions {
  /** Processes that train together; one by default. */
  readonly processes?: Processes;
  /** Files that belong to the run, such as a tokenizer, are written here. */
  readonly folder: string;
  readonly onNotice: (message: string) => void;
  readonly onEncode?: (done: number, total: number) => void;
}

/** Processes that share a machine compute on a thread for each core of theirs whatever OMP_NUM_THREADS says: torchrun sets it to 1 unasked. */
const threadsOf = (place: Processes): number =>
  place.localSize === 1 && place.launcher !== 'Slurm' ? usualThreads() : coresOf(place);

/** @throws {UserError} for data, settings or memory that cannot do */
export async function prepareTraining(asked: AskedTrainConfig, options: PrepareOptions): Promise<Prepared> {
  const place = options.processes ?? one;
  const { size, localRank, localSize } = place;
  const device = chooseDevice(asked.device, localRank);
  setNumThreads(asked.threads === 'auto' ? threadsOf(place) : asked.threads);
  const dataset = await openDataset(asked.data.path, datasetOptions(asked));
  const training = selectSamples(dataset, asked.data.train);
  const validation = selectSamples(dataset, { ...asked.data.train, split: 'validation' });
  const images = training.length + validation.length;
  const { config, choices } = await completeConfig(asked, {
    ...{ device, dataset, training, images },
    ...{ processes: size, localProcesses: localSize },
  });
  setPrecision(config.precision, device, config);
  checkShardCache(dataset, config, { processes: size, onNotice: options.onNotice });
  if (size > 1 && training.length < size * config.batchSize) {
    throw new UserError(
      `train: ${size} processes with --batch-size ${config.batchSize} each take ${size * config.batchSize} images a step, and the training part has ${training.length}`,
      'set a smaller --batch-size, or train in fewer processes',
    );
  }
  if (training.length < config.batchSize) {
    throw new UserError(
      `train: --batch-size ${config.batchSize} is larger than the training part, ${training.length} images`,
      `set --batch-size to at most ${training.length}, or check --data-train and the split column`,
    );
  }
  const { folder, onNotice, onEncode } = options;
  for (const notice of dataNotices(dataset, training)) onNotice(notice);
  const weights = config.resume ? null : await openStartingWeights(config, onNotice);
  if (weights !== null) onNotice(`starts from ${weights.record.path}: ${weights.notes.join('; ')}`);
  const objective = await createObjective({
    config,
    dataset,
    training,
    validation,
    device,
    processes: size,
    onNotice,
    ...(onEncode !== undefined && { onEncode }),
    runFolder: folder,
  });
  try {
    const learner = objective.createLearner();
    using model = learner.model;
    const { views } = objective;
    const chunks = chunkNotice(config, nn.countBatchNorms(model));
    if (chunks !== null) onNotice(chunks);
    const sizes = await typicalImages(dataset, training);
    const facts = memoryFacts(
      { config, device, dataset, training, images, sizes, views, processes: size },
      learner,
    );
    const limit = deviceMemory(device, presentMemory(), localSize);
    const memory = limit === null ? null : { estimate: estimateMemory(facts), limit };
    if (memory !== null)
      checkMemory(memory, facts, { device, onMemoryShortage: config.onMemoryShortage }, onNotice);
    const encoder = model.encoder.parameters().reduce((sum, { numel }) => sum + numel, 0);
    return {
      ...{ config, choices, device, dataset, training, validation, objective, weights, memory },
      processes: size,
      imageBytes: facts.imageBytes,
      parameters: { encoder, all: facts.parameters },
      [Symbol.dispose]: () => objective[Symbol.dispose](),
    };
  } catch (error) {
    objective[Symbol.dispose]();
    throw error;
  }
}

// What a training needs before its first step: the device, the data, complete settings, the objective, a plan.
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setNumThreads } from '@xclr/torch';
import { type Dataset, openDataset, selectSamples } from '../data/index.js';
import { UserError } from '../util/errors.js';
import { type AskedTrainConfig, type Choice, fitTrainConfig, type TrainConfig } from './config.js';
import { datasetOptions } from './dataset-options.js';
import { chooseDevice } from './device.js';
import { openStartingWeights, type StartingWeights } from './initial-weights.js';
import { checkMemory, deviceMemory, largestBatch, type MemoryPlan } from './memory/check.js';
import { estimateMemory } from './memory/estimate.js';
import { memoryFacts, memoryFactsOfEncoder } from './memory/facts.js';
import { presentMemory } from './memory/limits.js';
import { createObjective, type Objective } from './objectives/index.js';
import { precisionOf } from './precision.js';
import { RunFolder } from './run-folder.js';
import { typicalSide } from './typical-side.js';

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
  /** Null where nobody tells how much memory the device has. */
  readonly memory: MemoryPlan | null;
}

export interface PrepareOptions {
  /** Files that belong to the run, such as a tokenizer, are written here. */
  readonly folder: string;
  readonly onNotice: (message: string) => void;
  readonly onEncode?: (done: number, total: number) => void;
}

/** @throws {UserError} for data, settings or memory that cannot do */
export async function prepareTraining(asked: AskedTrainConfig, options: PrepareOptions): Promise<Prepared> {
  const device = chooseDevice(asked.device);
  setNumThreads(asked.threads === 'auto' ? availableParallelism() : asked.threads);
  const dataset = await openDataset(asked.data.path, datasetOptions(asked));
  const training = selectSamples(dataset, asked.data.train);
  const validation = selectSamples(dataset, { ...asked.data.train, split: 'validation' });
  const images = training.length + validation.length;
  const { config, choices } = await complete(asked, { device, dataset, training, images });
  if (training.length < config.batchSize) {
    throw new UserError(
      `train: batchSize ${config.batchSize} is larger than the training part, ${training.length} images`,
      `set --batch-size to at most ${training.length}, or check --data-train and the split column`,
    );
  }
  const { folder, onNotice, onEncode } = options;
  const weights = config.resume ? null : await openStartingWeights(config, onNotice);
  if (weights !== null) onNotice(`starts from ${weights.record.path}: ${weights.notes.join('; ')}`);
  const objective = await createObjective({
    config,
    dataset,
    training,
    validation,
    device,
    onNotice,
    ...(onEncode !== undefined && { onEncode }),
    runFolder: folder,
  });
  try {
    const learner = objective.createLearner();
    using model = learner.model;
    const { views } = objective;
    const facts = memoryFacts({ config, device, dataset, training, images, views }, learner);
    const limit = deviceMemory(device, presentMemory());
    const memory = limit === null ? null : { estimate: estimateMemory(facts), limit };
    if (memory !== null)
      checkMemory(memory, facts, { device, onMemoryShortage: config.onMemoryShortage }, onNotice);
    const encoder = model.encoder.parameters().reduce((sum, { numel }) => sum + numel, 0);
    return {
      ...{ config, choices, device, dataset, training, validation, objective, weights, memory },
      parameters: { encoder, all: facts.parameters },
      [Symbol.dispose]: () => objective[Symbol.dispose](),
    };
  } catch (error) {
    objective[Symbol.dispose]();
    throw error;
  }
}

interface Opened {
  readonly device: string;
  readonly dataset: Dataset;
  readonly training: Int32Array;
  /** Images that are decoded. */
  readonly images: number;
}

/** Settings without anything left to choose. */
async function complete(
  asked: AskedTrainConfig,
  { device, dataset, training, images }: Opened,
): Promise<{ config: TrainConfig; choices: Choice[] }> {
  const precision = precisionOf(asked.precision, device);
  const side = asked.views.size === 'auto' ? await typicalSide(dataset, training) : undefined;
  const startsFrom = encoderOfRun(asked.encoder.weights);
  const { config, choices } = fitTrainConfig(
    { ...asked, precision },
    {
      device: device === 'cpu' ? 'cpu' : 'cuda',
      images: training.length,
      ...(side !== undefined && { side }),
      ...(startsFrom !== undefined && { startsFrom }),
      largestBatch: (config) => {
        const limit = deviceMemory(device, presentMemory());
        const measured = { config, device, dataset, training, images, views: 2 };
        return limit === null
          ? config.batchSize
          : largestBatch(memoryFactsOfEncoder(measured), limit, device);
      },
    },
  );
  const why = precision === 'bfloat16' ? `${device} computes in it` : `${device} has no bfloat16 units`;
  const byDevice = asked.precision === 'auto' ? [{ setting: 'precision', value: precision, why }] : [];
  return { config, choices: [...choices, ...byDevice] };
}

/** The encoder of a run that training starts from; undefined for a file of weights. */
function encoderOfRun(weights: string | undefined): TrainConfig['encoder']['name'] | undefined {
  if (weights === undefined || !existsSync(join(weights, 'checkpoints'))) return undefined;
  return new RunFolder(weights).readRecord().config.encoder.name;
}

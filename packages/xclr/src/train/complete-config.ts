// What `auto` becomes once the data are open and the device is known: the choices that training makes, and `xclr init` writes.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Dataset } from '../data/index.js';
import { completeGraph } from './choose-text-encoder.js';
import { type AskedTrainConfig, type Choice, fitTrainConfig, type TrainConfig } from './config.js';
import { deviceMemory, largestBatch } from './memory/check.js';
import { memoryFactsOfEncoder } from './memory/facts.js';
import { presentMemory } from './memory/limits.js';
import { usablePrecision } from './precision.js';
import { RunFolder } from './run-folder.js';
import { typicalImages, typicalSide } from './typical-images.js';

/** Data as they were opened, and where they are trained on. */
export interface Opened {
  readonly device: string;
  readonly dataset: Dataset;
  readonly training: Int32Array;
  /** Images that are decoded. */
  readonly images: number;
  /** Processes that train together, and those of them on this machine; 1 by default. */
  readonly processes?: number;
  readonly localProcesses?: number;
}

/**
 * Settings without anything left to choose: text encoder, encoder, image size, batch, length and optimizer. `precision: auto` stays, as it
 * belongs to where one computes; what it is here is among the choices.
 */
export async function completeConfig(
  asked: AskedTrainConfig,
  { device, dataset, training, images, processes = 1, localProcesses = 1 }: Opened,
): Promise<{ config: TrainConfig; choices: Choice[] }> {
  const precision = usablePrecision(asked.precision, device);
  const sizes = await typicalImages(dataset, training);
  const side = asked.views.size === 'auto' ? typicalSide(sizes) : undefined;
  const startsFrom = encoderOfRun(asked.encoder.weights);
  const texts = await completeGraph(asked.graph, dataset.samples);
  const { config, choices } = fitTrainConfig(
    { ...asked, graph: texts.graph },
    {
      device: device === 'cpu' ? 'cpu' : 'cuda',
      images: training.length,
      processes,
      streams: dataset.shards !== undefined && dataset.shards.bytes > dataset.shards.cacheBytes,
      ...(side !== undefined && { side }),
      ...(startsFrom !== undefined && { startsFrom }),
      largestBatch: (config) => {
        const limit = deviceMemory(device, presentMemory(), localProcesses);
        const measured = { config, device, dataset, training, images, sizes, views: 2, processes };
        return limit === null
          ? config.batchSize
          : largestBatch(memoryFactsOfEncoder(measured), limit, device);
      },
    },
  );
  const why = precision === 'float32' ? `${device} has no bfloat16 units` : `${device} computes in it`;
  const byDevice = asked.precision === 'auto' ? [{ setting: 'precision', value: precision, why }] : [];
  return { config, choices: [...texts.choices, ...choices, ...byDevice] };
}

/** The encoder of a run that training starts from; undefined for a file of weights. */
function encoderOfRun(weights: string | undefined): TrainConfig['encoder'] | undefined {
  if (weights === undefined || !existsSync(join(weights, 'checkpoints'))) return undefined;
  return new RunFolder(weights).readRecord().config.encoder;
}

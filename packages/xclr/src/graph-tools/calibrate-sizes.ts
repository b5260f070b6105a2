// τ_s for batches of several sizes, on the graph that training would build.

import { type Calibration, calibrateGraph } from '../graph/index.js';
import type { TrainConfig } from '../train/config.js';
import { UserError } from '../util/errors.js';
import { openGraph } from './open.js';

/** Beside the settings' own. */
const sizes = [64, 256, 1024, 4096] as const;

export interface SizeCalibrations {
  readonly data: string;
  readonly description: string;
  /** Ascending by batch; the settings' own batch size is among them. */
  readonly calibrations: readonly { readonly batch: number; readonly found: Calibration }[];
}

/** @param aim wanted fraction of the target on views of the very same caption */
export async function calibrateSizes(config: TrainConfig, aim: number): Promise<SizeCalibrations> {
  const { graph: settings, batchSize } = config;
  if (settings.kind === 'labels' || settings.kind === 'identity') {
    throw new UserError(
      `graph calibrate: a graph of kind ${settings.kind} has no τ_s`,
      'Only graded similarities are divided by τ_s: give --graph text, taxonomy or another.',
    );
  }
  // At τ_s 1 the graph keeps its own post-processing of similarities, and nothing else changes.
  const { graph, dataset, training, description } = await openGraph({
    ...config,
    graph: {
      ...settings,
      temperature: 1,
      postprocess: { ...settings.postprocess, topK: null },
    } as TrainConfig['graph'],
  });
  using held = graph;
  const batches = [...new Set([...sizes, batchSize])].sort((a, b) => a - b);
  const { topK } = settings.postprocess;
  return {
    data: dataset.name,
    description: description.replace(/, τ_s 1$/, ''),
    calibrations: batches.map((batch) => ({
      batch,
      found: calibrateGraph(held, training, { batch, sameCaptionMass: aim, topK }),
    })),
  };
}

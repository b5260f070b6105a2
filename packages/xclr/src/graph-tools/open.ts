// A data set with its graph, as training would build it: what every graph tool begins with.

import { type Dataset, openDataset, selectSamples } from '../data/index.js';
import { type CaptionRows, encodeDataset } from '../graph/index.js';
import { buildGraph, captionCache, type NamedGraph } from '../train/build-graph.js';
import type { TrainConfig } from '../train/config.js';
import { datasetOptions } from '../train/dataset-options.js';
import { textEncoderFor } from '../train/text-encoders.js';
import { UserError } from '../util/errors.js';

export interface OpenedGraph extends NamedGraph {
  readonly dataset: Dataset;
  /** Indices of the samples that train. */
  readonly training: Int32Array;
}

/** Opens the data and builds the graph on the CPU; the graph is the caller's to dispose. */
export async function openGraph(
  config: TrainConfig,
  onNotice: (message: string) => void = () => undefined,
): Promise<OpenedGraph> {
  const dataset = await openDataset(config.data.path, datasetOptions(config));
  const training = selectSamples(dataset, config.data.train);
  if (training.length < 2) {
    throw new UserError(
      `graph: ${config.data.path} has ${training.length} images to train on`,
      'check --data-train and the split column',
    );
  }
  return { ...(await buildGraph(config, dataset, training, 'cpu', onNotice)), dataset, training };
}

/** Caption vectors of a data set, by the settings' text encoder. @throws {UserError} where the graph reads no captions */
export async function openCaptions(
  config: TrainConfig,
): Promise<{ dataset: Dataset; captions: CaptionRows; encoder: string }> {
  if (config.graph.kind !== 'text') {
    throw new UserError(
      `graph audit: expected graph.kind text, got ${config.graph.kind}`,
      'an audit looks at captions: leave --graph out, or give --graph text',
    );
  }
  const dataset = await openDataset(config.data.path, datasetOptions(config));
  const encoder = await textEncoderFor(config.graph, dataset.samples);
  const captions = await encodeDataset(dataset.samples, encoder, captionCache, {
    template: config.data.captionTemplate,
  });
  return { dataset, captions, encoder: encoder.name };
}

// Writes a snapshot of a trained run, as training with --snapshots-count does: for runs that were trained without.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openDataset, type Split, selectSamples } from '../data/index.js';
import { evaluationConfig } from '../evaluate/evaluation-config.js';
import { buildGraph } from '../train/build-graph.js';
import { loadCheckpointModel } from '../train/checkpoint.js';
import { datasetOptions } from '../train/dataset-options.js';
import type { RunFolder } from '../train/run-folder.js';
import { openStore } from '../train/session.js';
import { encodeSample } from '../train/snapshots/encode-sample.js';
import { readSample, snapshotFolder, writeSnapshot } from '../train/snapshots/files.js';
import { chooseSample, writeSampleOf } from '../train/snapshots/sample.js';
import { createEvaluationModel } from '../train/training-model.js';
import { UserError } from '../util/errors.js';

export interface SnapshotOptions {
  /** 'last' by default. */
  readonly checkpoint?: 'last' | 'best' | undefined;
  /** Images of the sample; 500 by default, or as many as the run's snapshots have. */
  readonly images?: number | undefined;
  /** 'validation' by default. */
  readonly split?: Split | undefined;
  readonly onNotice?: (message: string) => void;
}

/** Methods that learn from a similarity graph. */
const withGraph: readonly string[] = ['xclr', 'supcon', 'simclr'];

/** @throws {UserError} where the sample would be another than that of snapshots which are there */
export async function snapshotRun(
  run: RunFolder,
  { checkpoint = 'last', images, split = 'validation', onNotice }: SnapshotOptions = {},
): Promise<{ step: number; images: number; folder: string }> {
  const record = run.readRecord();
  const config = evaluationConfig(record.config);
  const { device } = config;
  const folder = snapshotFolder(run.path);
  const known = existsSync(join(folder, 'sample.json')) ? (await readSample(folder)).images : null;
  if (known !== null && images !== undefined && images !== known.length) {
    throw new UserError(
      `snapshot: the snapshots in ${folder} have ${known.length} images, --images asks for ${images}`,
      `Leave --images out, or delete ${folder}.`,
    );
  }
  const dataset = await openDataset(config.data.path, datasetOptions(config));
  const candidates = selectSamples(dataset, { ...config.data.train, split });
  const ids = known === null ? null : new Set(known.map(({ id }) => id));
  const sample =
    ids === null
      ? chooseSample(candidates, images ?? 500)
      : Int32Array.from(dataset.samples.keys()).filter((index) => ids.has(dataset.samples[index]!.id));
  if (sample.length < 2) {
    throw new UserError(
      `snapshot: the ${split} part of ${config.data.path} has ${candidates.length} images, and two are needed`,
      'Choose another part with --split.',
    );
  }
  if (known !== null && sample.length !== known.length) {
    throw new UserError(
      `snapshot: ${known.length - sample.length} images of the snapshots in ${folder} are no longer in ${config.data.path}`,
      `Restore the data, or delete ${folder}.`,
    );
  }
  const began = performance.now();
  await using store = openStore(config, dataset);
  using model = createEvaluationModel(config).to({ device, memoryFormat: 'channels_last' });
  const { step } = loadCheckpointModel(run.file('checkpoints', checkpoint), model);
  const { indices, features, projected } = await encodeSample(model, store, sample, { config, device });
  if (withGraph.includes(config.method)) {
    const training = selectSamples(dataset, config.data.train);
    const { graph, description } = await buildGraph(config, dataset, training, 'cpu', onNotice);
    using held = graph;
    writeSampleOf(folder, dataset, indices, { graph: held, description });
  } else writeSampleOf(folder, dataset, indices, { graph: null, description: record.graph });
  writeSnapshot(folder, { step, seconds: (performance.now() - began) / 1000, features, projected });
  return { step, images: indices.length, folder };
}

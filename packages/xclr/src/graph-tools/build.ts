// Captions into the store, ahead of training: what was there, what was encoded, where it lies.

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openDataset } from '../data/index.js';
import { textEncoderLine } from '../train/choose-text-encoder.js';
import type { TrainConfig } from '../train/config.js';
import { datasetOptions } from '../train/dataset-options.js';
import { encodeCaptions } from '../train/graphs/text.js';
import { UserError } from '../util/errors.js';

export interface BuiltStore {
  readonly encoder: string;
  /** Which encoder was chosen and why; null where the settings name one. */
  readonly chosen: string | null;
  readonly images: number;
  /** Distinct captions, and how many of them this call encoded. */
  readonly captions: number;
  readonly encoded: number;
  readonly dimensions: number;
  readonly path: string;
  /** Bytes of the store, which other data sets may share. */
  readonly bytes: number;
  /** Captions that were cut, or of which the encoder knows no word. */
  readonly notes: readonly string[];
}

/** Encodes what the store lacks. After a kill the next call resumes: at most the last thousand captions are lost. */
export async function buildStore(
  config: TrainConfig,
  onEncode: (done: number, total: number) => void = () => undefined,
): Promise<BuiltStore> {
  const { graph, data } = config;
  if (graph.kind !== 'text') {
    throw new UserError(
      `graph build: expected graph.kind text, got ${graph.kind}`,
      'only captions are encoded ahead of training: leave --graph out, or give --graph text',
    );
  }
  const dataset = await openDataset(data.path, datasetOptions(config));
  const { captionTemplate } = data;
  const { rows, encoder, choices } = await encodeCaptions(graph, { dataset, captionTemplate, onEncode });
  const { dimensions, path, encoded, notes } = rows;
  return {
    encoder: encoder.name,
    chosen: textEncoderLine(choices),
    images: dataset.samples.length,
    captions: rows.mapped?.length ?? rows.vectors.length / dimensions,
    encoded,
    dimensions,
    path,
    bytes: bytesOf(path),
    notes,
  };
}

/** Of a file, or of a folder's files. */
function bytesOf(path: string): number {
  const found = statSync(path);
  if (!found.isDirectory()) return found.size;
  return readdirSync(path).reduce((sum, name) => sum + statSync(join(path, name)).size, 0);
}

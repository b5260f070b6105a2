// What training starts from: nothing, a file of weights, or another run's encoder.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Encoder, loadEncoderWeights } from '../models/index.js';
import { UserError } from '../util/errors.js';
import { wholeCheckpoint } from './checkpoint.js';
import type { TrainConfig } from './config.js';
import { type InitialWeights, RunFolder } from './run-folder.js';

interface Source extends InitialWeights {
  /** The safetensors file itself. */
  readonly file: string;
  /** What the encoder's names begin with in it. */
  readonly prefix: string;
}

/** Finds the weights that the settings name and checks that a run's encoder fits; null where they name none. */
export function initialWeightsOf(config: Pick<TrainConfig, 'encoder'>): InitialWeights | null {
  const source = sourceOf(config);
  return source === null ? null : { path: source.path, sha256: source.sha256 };
}

/** Loads the settings' weights, if they name any, into a fresh encoder. @throws {UserError} for another architecture */
export function loadInitialWeights(encoder: Encoder, config: Pick<TrainConfig, 'encoder'>): void {
  const source = sourceOf(config);
  if (source !== null) loadEncoderWeights(encoder, source.file, { prefix: source.prefix });
}

/** A safetensors file with torchvision's or timm's names, or the last checkpoint of a run folder. */
function sourceOf({ encoder: settings }: Pick<TrainConfig, 'encoder'>): Source | null {
  const { weights } = settings;
  if (weights === undefined) return null;
  if (!existsSync(weights)) {
    throw new UserError(
      `encoder.weights: expected a safetensors file or a run folder, there is nothing at ${weights}`,
      'Check the path.',
    );
  }
  if (!statSync(weights).isDirectory())
    return { path: weights, file: weights, prefix: '', sha256: checksum(weights) };
  const run = RunFolder.open(weights);
  const theirs = run.readRecord().config.encoder;
  for (const key of ['name', 'stem', 'width'] as const) {
    if (theirs[key] === settings[key]) continue;
    throw new UserError(
      `encoder.weights: the run ${weights} trained an encoder with ${key} ${theirs[key]}, and this one has ${key} ${settings[key]}`,
      `Set --encoder-${key} ${theirs[key]}, or start from another run.`,
    );
  }
  const file = join(wholeCheckpoint(run.file('checkpoints', 'last')), 'model.safetensors');
  return { path: weights, file, prefix: 'encoder.', sha256: checksum(file) };
}

function checksum(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

// What training starts from: nothing, weights from a file, a folder or the hub, or another run's encoder.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { imagenetStatistics } from '../data/augment/recipe.js';
import {
  applyWeights,
  checkArchitecture,
  createEncoder,
  type Encoder,
  type OpenedWeights,
  openStateFile,
  openWeights,
} from '../models/index.js';
import type { TrainConfig } from './config.js';
import { type InitialWeights, RunFolder } from './run-folder.js';
import { wholeCheckpoint } from './whole-checkpoint.js';

/** Weights that were found and fit the settings' encoder. */
export interface StartingWeights {
  readonly record: InitialWeights;
  /** What was found, stripped and left out, in sentences. */
  readonly notes: readonly string[];
  /** Copies them into a fresh encoder of the same settings. */
  readonly load: (encoder: Encoder) => void;
}

/**
 * Opens the weights that the settings name, if they name any, and tries them on an encoder of the settings, so that what
 * does not fit is said before anything else is done.
 * @throws {UserError} that says what was found instead, or what does not fit
 */
export async function openStartingWeights(
  { encoder: settings }: Pick<TrainConfig, 'encoder'>,
  onNotice?: (message: string) => void,
): Promise<StartingWeights | null> {
  const { weights: given, name, stem, width } = settings;
  if (given === undefined) return null;
  const opened = isRun(given)
    ? await openRun(given, settings)
    : await openWeights(given, settings, { onNotice });
  const from = opened.facts.normalization;
  const normalization = from === undefined ? undefined : { from, to: imagenetStatistics };
  const load = (encoder: Encoder) => applyWeights(encoder, opened, { normalization });
  using trial = createEncoder(name, { stem, width });
  const notes = load(trial);
  return {
    record: { path: given, sha256: opened.sha256 },
    notes: [...opened.notes, ...notes],
    load: (encoder) => void load(encoder),
  };
}

/** Exports and folders of other libraries have a config.json too. */
function isRun(path: string): boolean {
  return existsSync(join(path, 'config.json')) && existsSync(join(path, 'checkpoints'));
}

/** The last checkpoint of a run folder. */
async function openRun(path: string, settings: TrainConfig['encoder']): Promise<OpenedWeights> {
  const run = RunFolder.open(path);
  const { name, stem, width } = run.readRecord().config.encoder;
  checkArchitecture({ xclr: { encoder: name, stem, width } }, settings, path);
  const file = join(wholeCheckpoint(run.file('checkpoints', 'last')), 'model.safetensors');
  return { ...(await openStateFile(file)), facts: {} };
}

// Checkpoints that a crash cannot damage: written aside, synced, renamed; the one before is kept until then.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { io, type nn, type optim, type Tensor } from '@xclr/torch';
import { sha256OfFileSync } from '../util/checksum.js';
import { previousOf, replaceFolder, swapFolder, writeFileAtomic } from '../util/files.js';
import {
  CheckpointError,
  checkpointFormat,
  formatState,
  type StateFile,
  tensorFiles,
} from './checkpoint-format.js';
import type { AnyOptimizer } from './optimize.js';
import type { ProgressState } from './progress.js';
import type { AnyStateful } from './stateful.js';
import type { StopwatchState } from './stopwatch.js';
import type { WeightAverage } from './weight-average.js';
import { findWhole, wholeToRead } from './whole-checkpoint.js';

/** What a checkpoint keeps: the weights, the optimizer's state, and the state of every other component by its name. */
export interface Checkpointed {
  readonly model: nn.AnyModule;
  /** Kept in place of the weights in training, which stand beside it; null or left out: there is none. */
  readonly average?: WeightAverage | null;
  readonly optimizer: AnyOptimizer;
  readonly components: Readonly<Record<string, AnyStateful>>;
  /** Components that begin anew where a checkpoint has no state of them: it was saved with other settings. */
  readonly optional?: Readonly<Record<string, AnyStateful>>;
}

/** Writes `folder` as a whole; what stood there before stays as `folder`.previous. */
export function saveCheckpoint(folder: string, parts: Checkpointed): void {
  replaceFolder(folder, (aside) => writeParts(aside, parts), { keepPrevious: true });
}

function writeParts(
  aside: string,
  { model, average = null, optimizer, components, optional = {} }: Checkpointed,
): void {
  const { tensors, scalars } = optimizer.stateDict();
  const weights = average?.stateOf(model.stateDict()) ?? model.stateDict();
  io.writeSafetensors(join(aside, 'model.safetensors'), weights, { format: 'pt' });
  io.writeSafetensors(join(aside, 'optimizer.safetensors'), tensors);
  const checksums = Object.fromEntries(
    tensorFiles.map((name) => [name, sha256OfFileSync(join(aside, name))]),
  );
  const states = Object.entries({ ...components, ...optional }).map(([name, component]) => [
    name,
    component.stateDict(),
  ]);
  const state: StateFile = {
    format: checkpointFormat,
    components: { optimizer: scalars, ...Object.fromEntries(states) },
    checksums,
  };
  writeFileAtomic(join(aside, 'state.json'), formatState(state));
}

/** Which checkpoint was restored. */
export interface Restored {
  /** Its folder. */
  readonly path: string;
  /** What was wrong with the newest checkpoint, where an earlier one had to be taken. */
  readonly damage: string | null;
}

/**
 * Loads every component from `folder`, or from the checkpoint before where that one is damaged. For who holds the run
 * folder's lock: a checkpoint whose writer was killed before it had its name is given it.
 * @throws {CheckpointError} if neither is whole
 */
export function loadCheckpoint(
  folder: string,
  { model, average = null, optimizer, components, optional = {} }: Checkpointed,
): Restored {
  const { whole, state, damage } = findWhole(folder);
  const missing = Object.keys(components).find((name) => state.components[name] === undefined);
  if (missing !== undefined) {
    throw new CheckpointError(
      `checkpoint: expected the state of the ${missing} in ${join(whole, 'state.json')}, found none`,
      'another version of xclr wrote it: use that version, or start again in another run folder',
    );
  }
  const saved = io.readSafetensors(join(whole, 'model.safetensors'));
  const savedOptimizer = io.readSafetensors(join(whole, 'optimizer.safetensors'));
  try {
    model.loadStateDict(average?.load(saved.tensors) ?? saved.tensors);
    const scalars = state.components.optimizer as optim.OptimizerScalars;
    optimizer.loadStateDict({ tensors: savedOptimizer.tensors, scalars });
  } finally {
    disposeAll(saved.tensors);
    disposeAll(savedOptimizer.tensors);
  }
  for (const [name, component] of Object.entries(components))
    component.loadStateDict(state.components[name] as never);
  for (const [name, component] of Object.entries(optional))
    if (state.components[name] !== undefined) component.loadStateDict(state.components[name] as never);
  if (existsSync(folder) || whole === previousOf(folder)) return { path: whole, damage };
  swapFolder(whole, folder);
  return { path: folder, damage };
}

/** Whose weights were loaded, and how long they were trained. */
export interface Trained {
  /** The checkpoint's folder. */
  readonly path: string;
  /** Optimizer steps. */
  readonly step: number;
  /** Of training, over all sessions. */
  readonly seconds: number;
}

/**
 * Loads the model alone, for evaluation. Of what only training needed (a text tower, a classifier) the model knows nothing,
 * and it is passed over; all that the model has must be there. Where an earlier checkpoint has to be taken, it says so.
 */
export function loadCheckpointModel(folder: string, model: nn.AnyModule): Trained {
  const { whole, state } = wholeToRead(folder);
  const saved = io.readSafetensors(join(whole, 'model.safetensors'));
  try {
    const wanted = model.stateDict();
    model.loadStateDict(new Map([...saved.tensors].filter(([name]) => wanted.has(name))));
  } finally {
    disposeAll(saved.tensors);
  }
  const { step } = state.components.progress as ProgressState;
  const { seconds } = state.components.stopwatch as StopwatchState;
  return { path: whole, step, seconds };
}

function disposeAll(tensors: ReadonlyMap<string, Tensor>): void {
  for (const tensor of tensors.values()) tensor.dispose();
}

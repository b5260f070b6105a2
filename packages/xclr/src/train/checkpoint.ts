// Checkpoints that a crash cannot damage: written aside, synced, renamed; the one before is kept until then.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { io, type nn, type optim, type Tensor } from '@xclr/torch';
import { sha256OfFileSync } from '../util/checksum.js';
import { asidesOf, previousOf, replaceFolder, swapFolder, writeFileAtomic } from '../util/files.js';
import {
  CheckpointError,
  checkpointFormat,
  formatState,
  parseState,
  type StateFile,
} from './checkpoint-format.js';
import type { AnyOptimizer } from './optimize.js';
import type { ProgressState } from './progress.js';
import type { AnyStateful } from './stateful.js';
import type { StopwatchState } from './stopwatch.js';

const tensorFiles = ['model.safetensors', 'optimizer.safetensors'] as const;

/** What a checkpoint keeps: the weights, the optimizer's state, and the state of every other component by its name. */
export interface Checkpointed {
  readonly model: nn.AnyModule;
  readonly optimizer: AnyOptimizer;
  readonly components: Readonly<Record<string, AnyStateful>>;
}

/** Writes `folder` as a whole; what stood there before stays as `folder`.previous. */
export function saveCheckpoint(folder: string, parts: Checkpointed): void {
  replaceFolder(folder, (aside) => writeParts(aside, parts), { keepPrevious: true });
}

function writeParts(aside: string, { model, optimizer, components }: Checkpointed): void {
  const { tensors, scalars } = optimizer.stateDict();
  io.writeSafetensors(join(aside, 'model.safetensors'), model.stateDict(), { format: 'pt' });
  io.writeSafetensors(join(aside, 'optimizer.safetensors'), tensors);
  const checksums = Object.fromEntries(
    tensorFiles.map((name) => [name, sha256OfFileSync(join(aside, name))]),
  );
  const states = Object.entries(components).map(([name, component]) => [name, component.stateDict()]);
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
export function loadCheckpoint(folder: string, { model, optimizer, components }: Checkpointed): Restored {
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
    model.loadStateDict(saved.tensors);
    const scalars = state.components.optimizer as optim.OptimizerScalars;
    optimizer.loadStateDict({ tensors: savedOptimizer.tensors, scalars });
  } finally {
    disposeAll(saved.tensors);
    disposeAll(savedOptimizer.tensors);
  }
  for (const [name, component] of Object.entries(components))
    component.loadStateDict(state.components[name] as never);
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

/** Whether a run can resume from `folder`; one stopped before its first checkpoint begins anew. */
export function hasWholeCheckpoint(folder: string): boolean {
  return newestWhole(folder) !== null;
}

/** Path of the newest whole checkpoint at `folder`; says where that is an earlier one. @throws {CheckpointError} if there is none */
export function wholeCheckpoint(folder: string): string {
  return wholeToRead(folder).whole;
}

/** The newest whole checkpoint, with a line on standard error where it is not the one that was asked for. */
function wholeToRead(folder: string): { whole: string; state: StateFile } {
  const { whole, state, damage } = findWhole(folder);
  if (whole !== folder)
    console.error(
      `${damage ?? `there is no ${folder}`}: ${whole} (step ${stepOf(state)}) is taken in its place`,
    );
  return { whole, state };
}

/** Newest first: the folder itself, one written but not yet renamed, the one before. */
function candidatesAt(folder: string): string[] {
  return [folder, ...asidesOf(folder), previousOf(folder)].filter((path) => existsSync(path));
}

/** The newest whole checkpoint. */
function findWhole(folder: string): { whole: string; state: StateFile; damage: string | null } {
  const damages: string[] = [];
  for (const candidate of candidatesAt(folder)) {
    const read = readState(candidate);
    if (typeof read !== 'string') {
      const unfinished =
        candidate === folder && asidesOf(folder).length > 0 ? 'a later checkpoint was not finished' : null;
      return { whole: candidate, state: read, damage: damages[0] ?? unfinished };
    }
    damages.push(read);
  }
  const others = wholeBeside(folder);
  if (damages.length === 0) {
    throw new CheckpointError(
      `checkpoint: expected one at ${folder}, found none`,
      others.length > 0
        ? offer(folder, others)
        : 'The run ended before it saved one: start it again without --resume.',
    );
  }
  throw new CheckpointError(
    `checkpoint: ${damages.join('; ')}`,
    others.length > 0
      ? offer(folder, others)
      : 'No complete checkpoint is left: start again in another run folder.',
  );
}

interface Whole {
  readonly path: string;
  readonly step: number;
}

/** The complete checkpoints of a run other than the one that was asked for. */
function wholeBeside(folder: string): Whole[] {
  const tried = new Set(candidatesAt(folder));
  const names = ['last', 'best'].flatMap((name) => candidatesAt(join(dirname(folder), name)));
  return names.flatMap((path) => {
    const state = tried.has(path) ? '' : readState(path);
    return typeof state === 'string' ? [] : [{ path, step: stepOf(state) }];
  });
}

/** What to do with the complete checkpoints that are left. */
function offer(folder: string, others: readonly Whole[]): string {
  const [first] = others;
  const list = others.map(({ path, step }) => `${path} (step ${step})`).join(' and ');
  const run = dirname(dirname(folder));
  return (
    `${list} ${others.length > 1 ? 'are' : 'is'} complete. To resume from ${others.length > 1 ? 'the first' : 'it'}:\n` +
    `      mv ${folder} ${folder}.damaged\n` +
    `      cp -r ${first!.path} ${folder}\n` +
    `      xclr train --resume --run ${run}\n` +
    `    To evaluate or export the best weights: --checkpoint best.`
  );
}

const stepOf = ({ components }: StateFile) => (components.progress as ProgressState).step;

/** Where the newest complete checkpoint at `folder` is, and of which step; null where there is none. */
export function newestWhole(folder: string): Whole | null {
  for (const path of candidatesAt(folder)) {
    const state = readState(path);
    if (typeof state !== 'string') return { path, step: stepOf(state) };
  }
  return null;
}

/** The state of a whole checkpoint, or what is wrong with it. */
function readState(folder: string): StateFile | string {
  try {
    const file = join(folder, 'state.json');
    const state = parseState(readFileSync(file, 'utf8'), file);
    if (state === undefined) return `${file} is damaged`;
    const broken = tensorFiles.find((name) => sha256OfFileSync(join(folder, name)) !== state.checksums[name]);
    return broken === undefined ? state : `${join(folder, broken)} is damaged`;
  } catch (error) {
    if (error instanceof CheckpointError) throw error; // of a later version: nothing is damaged
    return `${folder} is damaged (${error instanceof Error ? error.message : error})`;
  }
}

function disposeAll(tensors: ReadonlyMap<string, Tensor>): void {
  for (const tensor of tensors.values()) tensor.dispose();
}

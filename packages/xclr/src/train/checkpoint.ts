// Checkpoints that a crash cannot spoil: written aside, synced, renamed; the one before is kept until then.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { io, type nn, type Tensor } from '@xclr/torch';
import { UserError } from '../util/errors.js';
import { syncFolder, writeFileAtomic } from '../util/files.js';
import type { AnyOptimizer } from './optimize.js';

/** Where a run stands, beside its tensors. */
export interface Progress {
  /** Optimizer steps done. */
  readonly step: number;
  /** The next batch's place. */
  readonly epoch: number;
  readonly batch: number;
  /** Lowest validation loss so far, null before the first. */
  readonly bestValidationLoss: number | null;
  /** Seconds of training so far, over all sessions. */
  readonly seconds: number;
}

interface StateFile extends Progress {
  readonly optimizer: ReturnType<AnyOptimizer['stateDict']>['scalars'];
  /** LibTorch's CPU generator, base64. */
  readonly rngState: string;
  /** sha256 of the tensor files beside this one. */
  readonly checksums: Record<string, string>;
}

const tensorFiles = ['model.safetensors', 'optimizer.safetensors'] as const;

export interface Trained {
  readonly model: nn.AnyModule;
  readonly optimizer: AnyOptimizer;
}

/** Writes `folder` as a whole; what stood there before stays as `folder`.previous. */
export function saveCheckpoint(
  folder: string,
  { model, optimizer }: Trained,
  progress: Progress,
  rngState: Uint8Array,
): void {
  const aside = writingOf(folder);
  const previous = previousOf(folder);
  rmSync(aside, { recursive: true, force: true });
  mkdirSync(aside, { recursive: true });
  const { tensors, scalars } = optimizer.stateDict();
  io.writeSafetensors(join(aside, 'model.safetensors'), model.stateDict(), { format: 'pt' });
  io.writeSafetensors(join(aside, 'optimizer.safetensors'), tensors);
  const checksums = Object.fromEntries(tensorFiles.map((name) => [name, checksum(join(aside, name))]));
  const state: StateFile = {
    ...progress,
    optimizer: scalars,
    rngState: Buffer.from(rngState).toString('base64'),
    checksums,
  };
  writeFileAtomic(join(aside, 'state.json'), `${JSON.stringify(state, null, 2)}\n`);
  if (existsSync(folder)) {
    rmSync(previous, { recursive: true, force: true });
    renameSync(folder, previous);
  }
  renameSync(aside, folder);
  syncFolder(join(folder, '..'));
}

/** What a checkpoint restores, and which folder it came from. */
export interface Restored {
  readonly progress: Progress;
  readonly rngState: Uint8Array;
  /** Set when the newest checkpoint was damaged or unfinished, and an earlier one was taken. */
  readonly warning: string | null;
}

/**
 * Loads model and optimizer from `folder`, or from the checkpoint before where that one is damaged.
 * @throws {UserError} if neither is whole
 */
export function loadCheckpoint(folder: string, { model, optimizer }: Trained): Restored {
  const { whole, state, damage } = findWhole(folder);
  const saved = io.readSafetensors(join(whole, 'model.safetensors'));
  const savedOptimizer = io.readSafetensors(join(whole, 'optimizer.safetensors'));
  try {
    model.loadStateDict(saved.tensors);
    optimizer.loadStateDict({ tensors: savedOptimizer.tensors, scalars: state.optimizer });
  } finally {
    disposeAll(saved.tensors);
    disposeAll(savedOptimizer.tensors);
  }
  const { step, epoch, batch, bestValidationLoss, seconds } = state;
  return {
    progress: { step, epoch, batch, bestValidationLoss, seconds },
    rngState: new Uint8Array(Buffer.from(state.rngState, 'base64')),
    warning: damage === null ? null : `${damage}; going on from step ${step}`,
  };
}

/**
 * Loads the model alone, for evaluation. Of what only training needed (a text tower, a classifier) the model knows nothing,
 * and it is passed over; all that the model has must be there.
 */
export function loadCheckpointModel(folder: string, model: nn.AnyModule): Progress {
  const { whole, state } = findWhole(folder);
  const saved = io.readSafetensors(join(whole, 'model.safetensors'));
  try {
    const wanted = model.stateDict();
    model.loadStateDict(new Map([...saved.tensors].filter(([name]) => wanted.has(name))));
  } finally {
    disposeAll(saved.tensors);
  }
  return state;
}

/** Whether a run can resume from `folder`; one stopped before its first checkpoint begins anew. */
export function hasWholeCheckpoint(folder: string): boolean {
  return candidatesAt(folder).some((candidate) => typeof readState(candidate) !== 'string');
}

/** Path of the newest whole checkpoint at `folder`. @throws {UserError} if there is none */
export function wholeCheckpoint(folder: string): string {
  return findWhole(folder).whole;
}

/** Newest first: the folder itself, one written but not yet renamed, the one before. */
function candidatesAt(folder: string): string[] {
  return [folder, writingOf(folder), previousOf(folder)].filter(existsSync);
}

/** The newest whole checkpoint. */
function findWhole(folder: string): { whole: string; state: StateFile; damage: string | null } {
  const damages: string[] = [];
  for (const candidate of candidatesAt(folder)) {
    const read = readState(candidate);
    if (typeof read !== 'string') {
      const unfinished =
        candidate === folder && existsSync(writingOf(folder)) ? 'a later checkpoint was not finished' : null;
      return { whole: candidate, state: read, damage: damages[0] ?? unfinished };
    }
    damages.push(read);
  }
  throw new UserError(
    damages.length === 0
      ? `checkpoint: expected one at ${folder}, found none`
      : `checkpoint: ${damages.join('; ')}`,
    'no whole checkpoint is left: start again in another run folder',
  );
}

/** The state of a whole checkpoint, or what is wrong with it. */
function readState(folder: string): StateFile | string {
  try {
    const state = JSON.parse(readFileSync(join(folder, 'state.json'), 'utf8')) as StateFile;
    const broken = tensorFiles.find((name) => checksum(join(folder, name)) !== state.checksums[name]);
    return broken === undefined ? state : `${join(folder, broken)} is damaged`;
  } catch (error) {
    return `${folder} is damaged (${error instanceof Error ? error.message : error})`;
  }
}

function previousOf(folder: string): string {
  return `${folder}.previous`;
}

function writingOf(folder: string): string {
  return `${folder}.writing`;
}

function checksum(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

function disposeAll(tensors: ReadonlyMap<string, Tensor>): void {
  for (const tensor of tensors.values()) tensor.dispose();
}

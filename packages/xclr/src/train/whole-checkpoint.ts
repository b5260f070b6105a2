// Finds the complete checkpoints of a run, and says what to do where the newest ones are damaged.
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { sha256OfFileSync } from '../util/checksum.js';
import { asidesOf, previousOf } from '../util/files.js';
import { shellPath } from '../util/shell-path.js';
import { CheckpointError, parseState, type StateFile, tensorFiles } from './checkpoint-format.js';
import type { ProgressState } from './progress.js';

/** Whether a run can resume from `folder`; one stopped before its first checkpoint begins anew. */
export function hasWholeCheckpoint(folder: string): boolean {
  return newestWhole(folder) !== null;
}

/** Path of the newest whole checkpoint at `folder`; says where that is an earlier one. @throws {CheckpointError} if there is none */
export function wholeCheckpoint(folder: string): string {
  return wholeToRead(folder).whole;
}

/** The newest whole checkpoint to load weights from, with a line on standard error where it is not the one that was asked for. */
export function wholeToRead(folder: string): { whole: string; state: StateFile } {
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

interface Found {
  readonly whole: string;
  readonly state: StateFile;
  /** What was wrong with the newest one, where an earlier one has to be taken. */
  readonly damage: string | null;
}

/** The newest whole checkpoint. @throws {CheckpointError} if there is none, with those that are left beside it */
export function findWhole(folder: string): Found {
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
  const several = others.length > 1;
  if (basename(folder) !== 'last')
    return `${first!.path} (step ${first!.step}) is complete: use --checkpoint last.`;
  const list = others.map(({ path, step }) => `${path} (step ${step})`).join(' and ');
  const last = shellPath(folder);
  return (
    `${list} ${several ? 'are' : 'is'} complete. To resume from ${several ? 'the first' : 'it'}:\n` +
    (existsSync(folder) ? `      mv ${last} ${shellPath(`${folder}.damaged`)}\n` : '') +
    `      cp -r ${shellPath(first!.path)} ${last}\n` +
    `      xclr train --resume --run ${shellPath(dirname(dirname(folder)))}\n` +
    '    `xclr eval` and `xclr export` take the best weights with --checkpoint best.'
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

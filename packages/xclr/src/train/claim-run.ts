// Takes a run folder for one training: no other process may write there meanwhile, and a failed start blocks nothing.

import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { UserError } from '../util/errors.js';
import { makeFolder } from '../util/files.js';
import { lockFile } from '../util/lock-file.js';
import { RunFolder } from './run-folder.js';

export interface RunClaim extends Disposable {
  readonly run: RunFolder;
}

const lockName = '.lock';

/** What training writes before its first checkpoint; `clip` keeps its tokenizer beside the record. */
const own = [
  /^config\.json$/,
  /^metrics\.jsonl$/,
  /^skipped\.jsonl$/,
  /^notices\.jsonl$/,
  /^status\.json$/,
  /^events\.out\.tfevents\./,
  /^tokenizer$/,
  /^trackers\.json$/,
];
const isOwn = (name: string): boolean => own.some((pattern) => pattern.test(name));

/**
 * The folder of a new run, or of one that is to be resumed, until the claim is disposed of. What a start left that ended
 * before its first checkpoint is cleared away: nothing of it could be resumed. A start that ends without any step, and
 * so without a log, leaves nothing.
 * @throws {UserError} where another process trains there; where a new run meets something else; where there is no run to resume
 */
export async function claimRun(path: string, { resume }: { readonly resume: boolean }): Promise<RunClaim> {
  const run = resume ? RunFolder.open(path) : new RunFolder(path);
  const existed = existsSync(run.path);
  try {
    makeFolder(run.path);
  } catch (error) {
    throw new UserError(
      `run folder ${path} cannot be made (${(error as Error).message})`,
      'choose a place that can be written to with --run',
    );
  }
  const lock = await lockRun(run);
  const release = () => {
    lock[Symbol.dispose]();
    if (!resume) clearUntrained(run, existed);
  };
  try {
    if (!resume) clearFailedStart(run, path);
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
  return { run, [Symbol.dispose]: release };
}

/** Removes a run folder with all that it holds. @throws {LockHeld} where another process trains there */
export async function discardRun(path: string): Promise<void> {
  using _lock = await lockRun(new RunFolder(path));
  rmSync(path, { recursive: true });
}

const lockRun = (run: RunFolder): Promise<Disposable> =>
  lockFile(run.file(lockName), { patienceMs: 0, what: `run folder ${run.path} is being trained in` });

function clearFailedStart(run: RunFolder, path: string): void {
  const present = readdirSync(run.path).filter((name) => name !== lockName);
  if (!present.every(isOwn)) {
    throw new UserError(
      `run folder ${path} exists and is not empty`,
      existsSync(run.file('config.json'))
        ? 'resume it with --resume, or choose another with --run'
        : 'choose another with --run',
    );
  }
  remove(run, present);
}

/** A start that failed: what it wrote goes, but for a list of images that could not be read, which says why. */
function clearUntrained(run: RunFolder, existed: boolean): void {
  const present = readdirSync(run.path);
  const kept = ['checkpoints', 'metrics.jsonl', 'skipped.jsonl'];
  if (kept.some((name) => present.includes(name))) return;
  remove(run, present.filter(isOwn));
  if (!existed && readdirSync(run.path).length === 0) rmdirSync(run.path);
}

function remove(run: RunFolder, names: readonly string[]): void {
  for (const name of names) rmSync(run.file(name), { recursive: true });
}

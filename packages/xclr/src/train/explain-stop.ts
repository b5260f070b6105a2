// What is said when training stops by an error: what happened, what to do, and from where the run can be resumed.
import { explainDeviceMemory } from '../util/device-memory.js';
import { UserError } from '../util/errors.js';
import { isDiskFull } from '../util/full-disk.js';
import { shellPath } from '../util/shell-path.js';
import { CheckpointError } from './checkpoint-format.js';
import type { RunFolder } from './run-folder.js';
import { newestWhole } from './whole-checkpoint.js';

/** The error with the run's newest complete checkpoint, where it has one; a fault of ours is passed on as it is. */
export function explainStop(error: unknown, run: RunFolder): unknown {
  if (error instanceof CheckpointError) return error; // there was nothing to start from
  const full = explainDeviceMemory(error);
  if (full !== null) return new UserError(`training: ${full.message}`, savedSoFar(run));
  const told = isDiskFull(error)
    ? new UserError(`training: the disk is full: ${error.message}`, `Free some space for ${run.path}.`)
    : error;
  if (!(told instanceof UserError)) return error;
  return new UserError(told.message, savedSoFar(run));
}

function savedSoFar(run: RunFolder): string {
  const saved = newestWhole(run.file('checkpoints', 'last'));
  return saved === null
    ? 'No checkpoint was saved yet: start again.'
    : `${saved.path} (step ${saved.step}) is complete: xclr train --resume --run ${shellPath(run.path)}`;
}

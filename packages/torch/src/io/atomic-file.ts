// Writing a file so that a crash leaves either the old one or the new one, never half of one.
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

let serial = 0;

/**
 * Writes aside (in the same folder), syncs, renames over `path`, syncs the folder. Where anything throws
 * (the disk is full, say) the file aside is removed and `path` is as it was.
 */
export function writeAtomically(path: string, fill: (write: (bytes: Uint8Array) => void) => void): void {
  const aside = `${path}.${process.pid}-${serial++}.tmp`;
  let file: number | null = null;
  try {
    const opened = openSync(aside, 'wx');
    file = opened;
    fill((bytes) => writeFully(opened, bytes));
    fsyncSync(opened);
    closeSync(opened);
    file = null;
    renameSync(aside, path);
  } catch (error) {
    if (file !== null) closeSync(file);
    rmSync(aside, { force: true });
    throw error;
  }
  syncFolder(dirname(path));
}

/** One write call may take less than all of it. */
function writeFully(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.byteLength; ) done += writeSync(file, bytes, done);
}

/** Makes the rename itself last; not every platform lets folders be opened. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const opened = openSync(folder, 'r');
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}

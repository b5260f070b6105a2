// Writing a file so that a crash leaves either the old one or the new one, never half of one.
import { appendFileSync, closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { asideOf, clearAsidesOnce } from './aside.js';
import { makeFolder } from './make-folder.js';
import { syncFile, syncFolder } from './sync.js';

export interface AtomicOptions {
  /**
   * Whether to wait until the file is on the disk, true by default. Without, a crash of the process still leaves a whole
   * file, but a power cut may leave an empty one: for what can be made again.
   */
  readonly durable?: boolean;
}

/** A new name beside `path`; makes missing parents, and clears what killed processes left there. */
function begin(path: string): string {
  const folder = dirname(path);
  makeFolder(folder);
  clearAsidesOnce(folder);
  return asideOf(path);
}

function finish(aside: string, path: string, { durable = true }: AtomicOptions): void {
  renameSync(aside, path);
  if (durable) syncFolder(dirname(path));
}

/**
 * Replaces `path` in one step: `fill` writes a file at the name that it is given, in the same folder, which is synced and
 * renamed over `path`. Where anything throws (the disk is full, say) that file is removed and `path` is as it was.
 */
export function replaceFile(path: string, fill: (aside: string) => void, options: AtomicOptions = {}): void {
  const aside = begin(path);
  try {
    fill(aside);
    if (options.durable !== false) syncFile(aside);
    finish(aside, path, options);
  } catch (error) {
    rmSync(aside, { force: true });
    throw error;
  }
}

/** `replaceFile` for what is written in pieces over time: `fill` is given the open file. */
export async function replaceFileAsync(
  path: string,
  fill: (file: FileHandle) => Promise<void>,
  options: AtomicOptions = {},
): Promise<void> {
  const aside = begin(path);
  try {
    const file = await open(aside, 'wx');
    try {
      await fill(file);
      if (options.durable !== false) await file.sync();
    } finally {
      await file.close();
    }
    finish(aside, path, options);
  } catch (error) {
    rmSync(aside, { force: true });
    throw error;
  }
}

/** Writes a whole file; see `replaceFile`. */
export function writeFileAtomic(path: string, data: string | Uint8Array, options: AtomicOptions = {}): void {
  replaceFile(path, (aside) => appendFileSync(aside, data), options);
}

/** Writes a file in pieces, which may all lie in one buffer that is filled anew; see `replaceFile`. */
export function writePiecesAtomic(path: string, fill: (write: (bytes: Uint8Array) => void) => void): void {
  replaceFile(path, (aside) => {
    const file = openSync(aside, 'wx');
    try {
      fill((bytes) => writeFully(file, bytes));
    } finally {
      closeSync(file);
    }
  });
}

/** One write call may take less than all of it. */
function writeFully(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.byteLength; ) done += writeSync(file, bytes, done);
}

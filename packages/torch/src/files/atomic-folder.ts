// Replacing a folder as a whole: written aside, synced, swapped, the old one removed. A crash leaves the old or the new one.
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { asideOf, clearAsidesOnce } from './aside.js';
import { makeFolder } from './make-folder.js';
import { syncFolder, syncTree } from './sync.js';

export interface FolderOptions {
  /** Whether what stood there before stays, as `<folder>.previous`; false by default. */
  readonly keepPrevious?: boolean;
}

/** Where the former content of a folder lies: while it is swapped, and after that where it is kept. */
export const previousOf = (folder: string): string => `${folder}.previous`;

/**
 * Replaces `folder` by what `fill` writes into the new folder that it is given. Where anything throws, that one is removed
 * and `folder` is as it was.
 */
export function replaceFolder<T>(folder: string, fill: (aside: string) => T, options: FolderOptions = {}): T {
  const aside = begin(folder);
  try {
    const result = fill(aside);
    swapFolder(aside, folder, options);
    return result;
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    throw error;
  }
}

/** `replaceFolder` for what is written over time. */
export async function replaceFolderAsync<T>(
  folder: string,
  fill: (aside: string) => Promise<T>,
  options: FolderOptions = {},
): Promise<T> {
  const aside = begin(folder);
  try {
    const result = await fill(aside);
    swapFolder(aside, folder, options);
    return result;
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    throw error;
  }
}

function begin(folder: string): string {
  const parent = dirname(resolve(folder));
  makeFolder(parent);
  clearAsidesOnce(parent);
  const aside = asideOf(resolve(folder));
  mkdirSync(aside);
  return aside;
}

/** Puts the finished folder `aside`, on the same disk, in the place of `folder`. */
export function swapFolder(
  aside: string,
  folder: string,
  { keepPrevious = false }: FolderOptions = {},
): void {
  syncTree(aside);
  const previous = previousOf(folder);
  const replaced = existsSync(folder) && readdirSync(folder).length > 0;
  if (replaced) {
    rmSync(previous, { recursive: true, force: true });
    renameSync(folder, previous);
  } else if (existsSync(folder)) rmdirSync(folder); // not every system renames over an empty folder
  try {
    renameSync(aside, folder);
  } catch (error) {
    if (replaced) renameSync(previous, folder);
    throw error;
  }
  syncFolder(dirname(resolve(folder)));
  if (replaced && !keepPrevious) rmSync(previous, { recursive: true, force: true });
}

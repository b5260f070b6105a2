// Waits until what was written is on the disk: files, names in folders, whole trees.
import { spawnSync } from 'node:child_process';
import { closeSync, fsyncSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Above so many files the whole file system is synced at once: each sync alone costs a millisecond and more. */
const oneByOne = 200;

/** Makes the content of a file durable. */
export function syncFile(path: string): void {
  sync(path, 'r+');
}

/** Makes renames and new names inside a folder durable. Systems that cannot sync a folder are left alone. */
export function syncFolder(folder: string): void {
  try {
    sync(folder, 'r');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'EISDIR' && code !== 'EPERM' && code !== 'EINVAL' && code !== 'ENOTSUP') throw error;
  }
}

/** Makes a folder with all that it holds durable. */
export function syncTree(folder: string): void {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  if (files.length > oneByOne && spawnSync('sync', ['--file-system', folder]).status === 0) return;
  for (const { parentPath, name } of files) sync(join(parentPath, name), 'r');
  for (const entry of entries) if (entry.isDirectory()) syncFolder(join(entry.parentPath, entry.name));
  syncFolder(folder);
}

function sync(path: string, flags: 'r' | 'r+'): void {
  const file = openSync(path, flags);
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

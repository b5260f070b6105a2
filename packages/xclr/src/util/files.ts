// Files that a crash cannot damage: atomic replacement, and JSON lines whose last line may be cut.

import {
  appendFileSync,
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

let asides = 0;

function syncPath(path: string, flags: 'r' | 'r+'): void {
  const file = openSync(path, flags);
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Makes renames and new names inside a folder durable. Systems that cannot sync a folder are left alone. */
export function syncFolder(folder: string): void {
  try {
    syncPath(folder, 'r');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'EISDIR' && code !== 'EPERM' && code !== 'EINVAL' && code !== 'ENOTSUP') throw error;
  }
}

/**
 * Replaces `path` in one step: `write` fills a file aside in the same folder, which is synced and renamed over
 * `path`. Whatever happens, `path` holds either the old content or the new one. Makes missing parent folders.
 */
export function replaceFile(path: string, write: (aside: string) => void): void {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true });
  const aside = join(folder, `.${basename(path)}.${process.pid}.${asides++}.tmp`);
  try {
    write(aside);
    syncPath(aside, 'r+');
    renameSync(aside, path);
  } catch (error) {
    rmSync(aside, { force: true });
    throw error;
  }
  syncFolder(folder);
}

/**
 * Removes the files that `replaceFile` was filling in `folder` when its process was killed. Only for who holds the folder's
 * lock: a living writer's file would go too.
 */
export function removeAsides(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (/^\..+\.\d+\.\d+\.tmp$/.test(name)) rmSync(join(folder, name), { force: true });
  }
}

/** Writes a whole file atomically and durably; see replaceFile. */
export function writeFileAtomic(path: string, data: string | Uint8Array): void {
  replaceFile(path, (aside) => {
    appendFileSync(aside, data);
  });
}

/** Appends one value as a line of JSON. A cut last line (of a crash) is ended first, so that it damages nothing else. */
export function appendLine(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  appendFileSync(path, `${endsInsideLine(path) ? '\n' : ''}${JSON.stringify(value)}\n`);
}

function endsInsideLine(path: string): boolean {
  if (!existsSync(path)) return false;
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const last = new Uint8Array(1);
    return size > 0 && readSync(file, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a;
  } finally {
    closeSync(file);
  }
}

/** The values of a JSON-lines file, and the numbers (from 1) of lines that are not JSON, such as one cut by a crash. */
export interface JsonLines {
  readonly values: readonly unknown[];
  /** For each value, its line number from 1. */
  readonly lines: readonly number[];
  readonly broken: readonly { readonly line: number; readonly reason: string }[];
}

/** Reads JSON lines from text; empty lines are passed over, broken ones are listed. */
export function parseJsonLines(text: string): JsonLines {
  const values: unknown[] = [];
  const lines: number[] = [];
  const broken: { line: number; reason: string }[] = [];
  text.split('\n').forEach((line, index) => {
    if (line.trim() === '') return;
    try {
      values.push(JSON.parse(line));
      lines.push(index + 1);
    } catch (error) {
      broken.push({ line: index + 1, reason: (error as Error).message });
    }
  });
  return { values, lines, broken };
}

/** Reads a JSON-lines file; see parseJsonLines. */
export function readJsonLines(path: string): JsonLines {
  return parseJsonLines(readFileSync(path, 'utf8'));
}

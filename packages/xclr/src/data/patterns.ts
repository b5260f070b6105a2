// Patterns that name several files: shard-{000..123}.tar, {a,b}.parquet.

import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { UserError } from '../util/errors.js';
import type { Place } from './types.js';

/** More files than this are a mistake in the pattern. */
const most = 100_000;

/** Expands the first pair of braces, and so on: ranges keep their leading zeros. @internal */
export function expandBraces(pattern: string): string[] {
  const found = /\{([^{}]*)\}/.exec(pattern);
  if (found === null) return [pattern];
  const [before, after] = [pattern.slice(0, found.index), pattern.slice(found.index + found[0].length)];
  const range = /^(\d+)\.\.(\d+)$/.exec(found[1]!);
  const parts = range === null ? found[1]!.split(',') : rangeOf(range[1]!, range[2]!, pattern);
  return parts.flatMap((part) => expandBraces(`${before}${part}${after}`));
}

function rangeOf(from: string, to: string, pattern: string): string[] {
  const [first, last] = [Number(from), Number(to)];
  if (last < first || last - first >= most) {
    throw new UserError(
      `openDataset: ${pattern}: {${from}..${to}} must be an ascending range of at most ${most} numbers`,
    );
  }
  return Array.from({ length: last - first + 1 }, (_, i) => String(first + i).padStart(from.length, '0'));
}

/** The files of a place: itself, those at any depth of the folder with one of the extensions, or those that a pattern names. */
export async function filesOf({ path, kind, tree }: Place, extensions: readonly string[]): Promise<string[]> {
  if (kind === 'file') return [path];
  if (kind === 'folder')
    return (await tree()).others.filter((name) => suits(name, extensions)).map((name) => join(path, name));
  const files = expandBraces(path);
  const missing = files.filter((file) => !existsSync(file));
  if (missing.length > 0) {
    throw new UserError(
      `openDataset: ${missing.length} of the ${files.length} files of ${basename(path)} do not exist, the first ${missing[0]}`,
      'Check the numbers and how many digits they have.',
    );
  }
  return files;
}

function suits(name: string, extensions: readonly string[]): boolean {
  return extensions.some((extension) => name.toLowerCase().endsWith(extension));
}

/** True where a folder holds files with one of the extensions, at any depth. */
export async function holds({ names, tree }: Place, extensions: readonly string[]): Promise<boolean> {
  if (names.some((name) => suits(name, extensions))) return true;
  return (await tree()).others.some((name) => suits(name, extensions));
}

/** Names in folders below, one level: `data/train-00000.parquet`. */
export function folderNames(path: string): string[] {
  try {
    return readdirSync(path).sort();
  } catch {
    return [];
  }
}

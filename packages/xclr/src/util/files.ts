// Files that a crash cannot damage: atomic replacement, and JSON lines whose last line may be cut.

import { appendFileSync, closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from '@xclr/torch/files';

export {
  type AtomicOptions,
  asideOf,
  asidesOf,
  clearAsides,
  makeFolder,
  previousOf,
  replaceFile,
  replaceFileAsync,
  replaceFolder,
  replaceFolderAsync,
  swapFolder,
  syncFile,
  syncFolder,
  writeFileAtomic,
} from '@xclr/torch/files';

/** Appends one value as a line of JSON. A cut last line (of a crash) is ended first, so that it damages nothing else. */
export function appendLine(path: string, value: unknown): void {
  makeFolder(dirname(path));
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
function parseJsonLines(text: string): JsonLines {
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

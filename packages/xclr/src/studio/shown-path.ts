// Paths as the page shows them.
import { relative } from 'node:path';

/** Relative to where the studio was started, where it lies below. */
export function shownPath(path: string, from = process.cwd()): string {
  const near = relative(from, path);
  return near === '' ? '.' : near.startsWith('..') ? path : near;
}

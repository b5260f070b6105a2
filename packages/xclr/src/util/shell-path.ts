// Paths in commands that a user is told to run.
import { relative } from 'node:path';

/** A path as a shell takes it: from the current folder where that is shorter, in quotes where it needs them. */
export function shellPath(path: string): string {
  const near = relative(process.cwd(), path);
  const shown = near !== '' && near.length < path.length ? near : path;
  return /^[\w./@%+=:,-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", "'\\''")}'`;
}

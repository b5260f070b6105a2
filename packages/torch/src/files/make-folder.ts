// Makes a folder and its parents, one after the other.
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * As `mkdirSync(path, { recursive: true })`, which in Node 20 and 22 never returns where a file system refuses new folders with
 * ENOENT, as /proc does. @throws the system's error for the first folder that cannot be made
 */
export function makeFolder(path: string): void {
  const missing: string[] = [];
  for (let at = resolve(path); !existsSync(at); at = dirname(at)) missing.push(at);
  if (missing.length === 0 && !statSync(path).isDirectory()) mkdirSync(path); // a file: the error says so
  for (const folder of missing.reverse()) {
    try {
      mkdirSync(folder);
    } catch (error) {
      // Another process was faster; of a link that leads nowhere the next step, or the use of the folder, says so.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

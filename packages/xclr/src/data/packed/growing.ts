// Files that only grow, and what a full disk is called.

import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { UserError } from '../../util/errors.js';
import { isDiskFull } from '../../util/full-disk.js';

/** A file that is cut to a known length and then only grows. */
export class Growing implements Disposable {
  readonly #file: number;
  length: number;

  constructor(path: string, length: number) {
    this.#file = openSync(path, existsSync(path) ? 'r+' : 'w+');
    ftruncateSync(this.#file, length);
    this.length = length;
  }

  append(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; )
      at += writeSync(this.#file, bytes, at, bytes.length - at, this.length + at);
    this.length += bytes.length;
  }

  sync(): void {
    fsyncSync(this.#file);
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }
}

/** A full disk as something that can be acted on; any other error as it is. @param safe '64 of 200' */
export function explainFullDisk(error: unknown, folder: string, safe: string): unknown {
  if (!isDiskFull(error)) return error;
  return new UserError(
    `pack: no space is left for ${folder} (${error.code}); ${safe} images are safe`,
    'Free some space, then run the same command again: it resumes from there.',
  );
}

// What lies on disk of a download under way, with notes of what it is a part of.

import { existsSync, readFileSync, renameSync, rmSync, statSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncFile, syncFolder, writeFileAtomic } from '../files.js';
import type { Validators } from './response.js';

/** What lies on disk of a download. */
export class PartFile {
  readonly path: string;
  readonly #notes: string;

  constructor(target: string) {
    this.path = `${target}.part`;
    this.#notes = `${target}.part.json`;
  }

  get size(): number {
    return existsSync(this.path) ? statSync(this.path).size : 0;
  }

  /** What the part belongs to; null where there is none, or of another address. */
  validators(url: string): Validators | null {
    if (!existsSync(this.#notes)) return null;
    try {
      const notes = JSON.parse(readFileSync(this.#notes, 'utf8')) as Validators;
      return notes.url === url ? notes : null;
    } catch {
      return null; // cut by a crash
    }
  }

  begin(validators: Validators): void {
    if (existsSync(this.path)) truncateSync(this.path, 0);
    writeFileAtomic(this.#notes, JSON.stringify(validators));
  }

  discard(): void {
    rmSync(this.path, { force: true });
    rmSync(this.#notes, { force: true });
  }

  /** @param options keepNotes: the notes lie in `target.json` before `target` appears */
  finish(target: string, { keepNotes = false }: { readonly keepNotes?: boolean } = {}): void {
    syncFile(this.path);
    if (keepNotes) renameSync(this.#notes, `${target}.json`);
    renameSync(this.path, target);
    syncFolder(dirname(target));
    rmSync(this.#notes, { force: true });
  }
}

// Notes and tags of runs, in a file of the studio's own: a run folder is never written into.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../util/files.js';
import { objectIn, parseObject, textIn } from './run-files.js';
import type { Kept } from './watched-run.js';

const none: Kept = { tags: [], note: '' };

export class KeptNotes {
  readonly #file: string;
  /** By the run's absolute folder. */
  #notes: Map<string, Kept>;

  /** @param out the studio's folder */
  constructor(out: string) {
    this.#file = join(out, 'notes.json');
    this.#notes = this.#read();
  }

  #read(): Map<string, Kept> {
    let text: string;
    try {
      text = readFileSync(this.#file, 'utf8');
    } catch {
      return new Map();
    }
    // A file that cannot be parsed is not overwritten: its error ends the start.
    const entries = Object.entries(parseObject(text)).map(([folder, one]) => {
      const { tags, note } = objectIn(one);
      const list = Array.isArray(tags) ? tags.filter((tag): tag is string => typeof tag === 'string') : [];
      return [folder, { tags: list, note: textIn(note) ?? '' }] as const;
    });
    return new Map(entries);
  }

  of(folder: string): Kept {
    return this.#notes.get(folder) ?? none;
  }

  /** Reads the file again first: another studio may have written it. */
  set(folder: string, kept: Kept): void {
    this.#notes = this.#read();
    if (kept.tags.length === 0 && kept.note === '') this.#notes.delete(folder);
    else this.#notes.set(folder, kept);
    writeFileAtomic(this.#file, `${JSON.stringify(Object.fromEntries(this.#notes), null, 2)}\n`);
  }
}

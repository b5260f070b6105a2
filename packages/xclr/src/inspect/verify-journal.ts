// How far a verification has come: an append-only file, so that it resumes where it was stopped or killed.

import { existsSync, rmSync } from 'node:fs';
import type { Dataset } from '../data/index.js';
import { append } from '../util/arrays.js';
import { appendLine, readJsonLines } from '../util/files.js';

/** One sample that could not be decoded. */
export interface Broken {
  /** Index into dataset.samples. */
  readonly index: number;
  readonly reason: string;
}

/** Samples from … to−1 were decoded; those listed could not be. */
interface Entry {
  readonly to: number;
  readonly broken: readonly Broken[];
}

function isEntry(value: unknown): value is Entry {
  return (
    typeof value === 'object' &&
    value !== null &&
    'to' in value &&
    typeof value.to === 'number' &&
    'broken' in value &&
    Array.isArray(value.broken)
  );
}

/** Belongs to one data set, by its fingerprint: a journal of other data is begun anew. */
export class VerifyJournal {
  readonly #path: string;
  readonly broken: Broken[] = [];
  /** Samples before this index are done. */
  done = 0;

  constructor(path: string, dataset: Dataset) {
    this.#path = path;
    const [head, ...entries] = existsSync(path) ? readJsonLines(path).values : [];
    const { fingerprint } = (head ?? {}) as { fingerprint?: unknown };
    if (fingerprint !== dataset.fingerprint) {
      rmSync(path, { force: true });
      appendLine(path, { fingerprint: dataset.fingerprint, samples: dataset.samples.length });
      return;
    }
    for (const entry of entries) {
      if (!isEntry(entry)) continue;
      append(this.broken, entry.broken);
      this.done = entry.to;
    }
  }

  /** Notes that the samples up to `to` are done. */
  add(to: number, broken: readonly Broken[]): void {
    appendLine(this.#path, { to, broken });
    append(this.broken, broken);
    this.done = to;
  }

  /** The work is finished: its result is elsewhere. */
  remove(): void {
    rmSync(this.#path, { force: true });
  }
}

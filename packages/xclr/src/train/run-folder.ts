// The run folder: the contract between training and everything after it.

import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UserError } from '../util/errors.js';
import { writeFileAtomic } from '../util/files.js';
import { version } from '../util/version.js';
import type { Choice, TrainConfig } from './config.js';
import type { Precision } from './precision.js';

/** Where the weights that a run began with came from, for its record. */
export interface InitialWeights {
  readonly path: string;
  /** sha256 of the safetensors file. */
  readonly sha256: string;
}

/** What a run was computed with, from a time on. */
export interface Computed {
  readonly since: string;
  /** What `precision` was on that device. */
  readonly precision: Precision;
  /** 'cpu' or 'cuda:0'. */
  readonly device: string;
}

/** Raised where a record means something else than before, so that an older xclr refuses it instead of guessing. */
export const recordFormat = 2;

/** What config.json holds: the resolved settings, and what they were applied to. */
export interface RunRecord {
  /** `recordFormat` of the xclr that wrote it; absent for the first, whose `config.precision` is what `auto` became. */
  readonly format?: number;
  readonly xclr: string;
  readonly libtorch: string;
  readonly node: string;
  readonly createdAt: string;
  readonly data: {
    readonly name: string;
    readonly fingerprint: string;
    readonly samples: number;
    readonly training: number;
  };
  /** What it learned from, e.g. 'caption similarity by wordnet, τ_s 0.1'. */
  readonly graph: string;
  /** How many processes trained it together; absent for one. */
  readonly processes?: number;
  /** Absent where training began with random weights. */
  readonly initialWeights?: InitialWeights;
  /** Settings that were left to be chosen (`auto`, or not given), and what they became for this machine and these data. */
  readonly chosen?: readonly Choice[];
  /** What it was computed with: an entry for the beginning, and one for each change on resume. Absent in the first format. */
  readonly computed?: readonly Computed[];
  readonly config: TrainConfig;
}

/** A run folder: the contract between training and everything after it. `RunFolder.open(path)` opens one that training wrote. */
export class RunFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = resolve(path);
  }

  file(...parts: string[]): string {
    return join(this.path, ...parts);
  }

  /** @throws {UserError} if it holds no run */
  static open(path: string): RunFolder {
    const run = new RunFolder(path);
    if (!existsSync(run.file('config.json'))) {
      throw new UserError(
        `run folder ${path}: expected a config.json, found none`,
        'Give the folder that `xclr train` wrote.',
      );
    }
    return run;
  }

  writeRecord(record: RunRecord): void {
    writeFileAtomic(this.file('config.json'), `${JSON.stringify(record, null, 2)}\n`);
  }

  readRecord(): RunRecord {
    let record: RunRecord;
    try {
      record = JSON.parse(readFileSync(this.file('config.json'), 'utf8')) as RunRecord;
    } catch (error) {
      throw new UserError(
        `run folder ${this.path}: config.json cannot be read: ${error instanceof Error ? error.message : error}`,
      );
    }
    if ((record.format ?? 1) <= recordFormat) return record;
    throw new UserError(
      `run folder ${this.path}: config.json has format ${record.format}, and this xclr (${version}) reads formats up to ${recordFormat}: xclr ${record.xclr} wrote it`,
      `Use xclr ${record.xclr} or newer.`,
    );
  }
}

/** The precision that a run was trained in; undefined where its record does not say. */
export function trainedPrecision({ computed, config }: RunRecord): Computed['precision'] | undefined {
  const last = computed?.at(-1)?.precision;
  return last ?? (config.precision === 'auto' ? undefined : config.precision);
}

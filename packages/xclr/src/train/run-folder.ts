// The run folder: the contract between training and everything after it.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UserError } from '../util/errors.js';
import { writeFileAtomic } from '../util/files.js';
import type { Choice, TrainConfig } from './config.js';

/** Where the weights that a run began with came from, for its record. */
export interface InitialWeights {
  readonly path: string;
  /** sha256 of the safetensors file. */
  readonly sha256: string;
}

/** What config.json holds: the resolved settings, and what they were applied to. */
export interface RunRecord {
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
  /** Absent where training began with random weights. */
  readonly initialWeights?: InitialWeights;
  /** Settings that were left to be chosen (`auto`, or not given), and what they became for this machine and these data. */
  readonly chosen?: readonly Choice[];
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
    try {
      return JSON.parse(readFileSync(this.file('config.json'), 'utf8')) as RunRecord;
    } catch (error) {
      throw new UserError(
        `run folder ${this.path}: config.json cannot be read: ${error instanceof Error ? error.message : error}`,
      );
    }
  }
}

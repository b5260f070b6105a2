// What snapshots hold of each run, read when it is asked for: the sample, its similarities, its vectors after a step.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Matrix } from '../graph/array-files.js';
import {
  readSample,
  readSimilarities,
  readSnapshot,
  type Snapshot,
  type SnapshotSample,
  snapshotFolder,
  snapshotSteps,
} from '../train/snapshots/files.js';
import { UserError } from '../util/errors.js';
import type { WatchedRun } from './watched-run.js';

/** Which rows of a snapshot: of the encoder, or after the projector. */
export type Rows = 'features' | 'projected';

/** Snapshots kept in memory; each of 500 images has about 1.5 MB. */
const mostKept = 24;

interface Opened {
  readonly sample: SnapshotSample;
  readonly similarities: Matrix | null;
  /** Of its file: a run may be trained anew in the same folder. */
  readonly changedAt: number;
}

export class SampledRuns {
  readonly #samples = new Map<string, Opened>();
  readonly #snapshots = new Map<string, Snapshot>();

  /** @throws {UserError} where the run has no snapshots */
  open(run: WatchedRun): Opened {
    const folder = snapshotFolder(run.folder);
    const changedAt = statSync(join(folder, 'sample.json'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    const known = this.#samples.get(run.id);
    if (known?.changedAt === changedAt) return known;
    for (const key of this.#snapshots.keys()) if (key.startsWith(run.id)) this.#snapshots.delete(key);
    const sample = readSample(folder);
    const similarities = readSimilarities(folder);
    if (similarities !== null && similarities.rows !== sample.images.length)
      throw new UserError(
        `studio: ${folder}: the graph has ${similarities.rows} rows, the sample ${sample.images.length} images`,
      );
    const opened = { sample, similarities, changedAt };
    this.#samples.set(run.id, opened);
    return opened;
  }

  steps(run: WatchedRun): number[] {
    return snapshotSteps(snapshotFolder(run.folder));
  }

  /** @param step the last by default */
  snapshot(run: WatchedRun, step: number | undefined): Snapshot {
    const wanted = step ?? this.steps(run).at(-1);
    if (wanted === undefined) throw new UserError(`studio: ${run.folder} has no snapshot yet`);
    const key = `${run.id} ${wanted}`;
    const known = this.#snapshots.get(key);
    if (known !== undefined) return known;
    const snapshot = readSnapshot(snapshotFolder(run.folder), wanted);
    const n = this.open(run).sample.images.length;
    if (snapshot.features.rows !== n)
      throw new UserError(
        `studio: the snapshot of step ${wanted} has ${snapshot.features.rows} rows, the sample ${n} images`,
      );
    this.#snapshots.set(key, snapshot);
    if (this.#snapshots.size > mostKept) this.#snapshots.delete(this.#snapshots.keys().next().value!);
    return snapshot;
  }

  /** Unit rows. @throws {UserError} for rows after a projector that there is not */
  rows(run: WatchedRun, step: number | undefined, which: Rows): Matrix {
    const snapshot = this.snapshot(run, step);
    const rows = which === 'features' ? snapshot.features : snapshot.projected;
    if (rows === null) throw new UserError('studio: this run has no projector');
    return rows;
  }
}

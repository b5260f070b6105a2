// What snapshots hold of each run, read when it is asked for: the sample, its similarities, its vectors after a step.
import { stat } from 'node:fs/promises';
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

/** Snapshots and samples kept in memory; those of 500 images have some 1.5 MB each. */
const mostKept = 8;
const mostSamples = 8;

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
  async open(run: WatchedRun): Promise<Opened> {
    const folder = snapshotFolder(run.folder);
    const found = await stat(join(folder, 'sample.json')).catch(() => null);
    const changedAt = found?.mtimeMs ?? 0;
    const known = this.#samples.get(run.id);
    if (known?.changedAt === changedAt) return known;
    for (const key of this.#snapshots.keys()) if (key.startsWith(run.id)) this.#snapshots.delete(key);
    const [sample, similarities] = [await readSample(folder), await readSimilarities(folder)];
    if (similarities !== null && similarities.rows !== sample.images.length)
      throw new UserError(
        `studio: ${folder}: the graph has ${similarities.rows} rows, the sample ${sample.images.length} images`,
      );
    const opened = { sample, similarities, changedAt };
    this.#samples.delete(run.id);
    this.#samples.set(run.id, opened);
    if (this.#samples.size > mostSamples) this.#samples.delete(this.#samples.keys().next().value!);
    return opened;
  }

  steps(run: WatchedRun): Promise<number[]> {
    return snapshotSteps(snapshotFolder(run.folder));
  }

  /** @param step the last by default */
  async snapshot(run: WatchedRun, step: number | undefined): Promise<Snapshot> {
    const wanted = step ?? (await this.steps(run)).at(-1);
    if (wanted === undefined) throw new UserError(`studio: ${run.folder} has no snapshot yet`);
    const { sample } = await this.open(run);
    const key = `${run.id} ${wanted}`;
    const known = this.#snapshots.get(key);
    if (known !== undefined) return known;
    const snapshot = await readSnapshot(snapshotFolder(run.folder), wanted);
    const n = sample.images.length;
    if (snapshot.features.rows !== n)
      throw new UserError(
        `studio: the snapshot of step ${wanted} has ${snapshot.features.rows} rows, the sample ${n} images`,
      );
    this.#snapshots.set(key, snapshot);
    if (this.#snapshots.size > mostKept) this.#snapshots.delete(this.#snapshots.keys().next().value!);
    return snapshot;
  }

  /** Unit rows. @throws {UserError} for rows after a projector that there is not */
  async rows(run: WatchedRun, step: number | undefined, which: Rows): Promise<Matrix> {
    const snapshot = await this.snapshot(run, step);
    const rows = which === 'features' ? snapshot.features : snapshot.projected;
    if (rows === null) throw new UserError('studio: this run has no projector');
    return rows;
  }
}

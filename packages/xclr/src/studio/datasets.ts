// The data sets that runs were trained on: opened when their images are asked for, and only to show them.
import { type Dataset, openDataset } from '../data/index.js';
import { resolveTrainConfig } from '../train/config.js';
import { datasetOptions } from '../train/dataset-options.js';
import { UserError } from '../util/errors.js';
import type { WatchedRun } from './watched-run.js';

interface Opened {
  readonly dataset: Dataset;
  readonly placeOf: ReadonlyMap<string, number>;
}

/** Data sets that are kept open; a table of a million rows takes some hundred megabytes. */
const mostKept = 2;

export class Datasets {
  readonly #opened = new Map<string, Promise<Opened>>();

  /** @throws {UserError} where the data are no longer at the run's path, seen from where the studio was started */
  of(run: WatchedRun): Promise<Opened> {
    const known = this.#opened.get(run.id);
    if (known !== undefined) return known;
    const opened = open(run);
    opened.catch(() => this.#opened.delete(run.id)); // they may come back
    this.#opened.set(run.id, opened);
    if (this.#opened.size > mostKept) this.#opened.delete(this.#opened.keys().next().value!);
    return opened;
  }
}

async function open(run: WatchedRun): Promise<Opened> {
  const { data } = run.config as { data?: { path?: unknown } };
  if (typeof data?.path !== 'string') throw new UserError('studio: this run does not say where its data are');
  const config = resolveTrainConfig({ base: run.config });
  const dataset = await openDataset(data.path, { ...datasetOptions(config), exclude: undefined });
  return { dataset, placeOf: new Map(dataset.samples.map(({ id }, i) => [id, i])) };
}

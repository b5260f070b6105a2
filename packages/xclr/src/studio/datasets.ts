// The data sets that runs were trained on: opened when their images are asked for, in a process of their own, and only to show them.
import { type Dataset, type ImageRef, openDataset } from '../data/index.js';
import { resolveTrainConfig } from '../train/config.js';
import { datasetOptions } from '../train/dataset-options.js';
import { UserError } from '../util/errors.js';
import type { Loose } from './run-files.js';

export interface OpenedData {
  readonly dataset: Dataset;
  /** By a sample's id. */
  readonly imageOf: (id: string) => ImageRef | undefined;
  /** What all images of a label are called, where they are called the same: "a photo of a red fox" for "n02119022". */
  readonly captionOf: (label: string) => string | undefined;
}

/** Data sets that are kept open; a table of a million rows takes some hundred megabytes. */
const mostKept = 2;

export class Datasets {
  readonly #opened = new Map<string, Promise<OpenedData>>();

  /**
   * @param config of a run, as its record has it
   * @param excluded also those that the run left out: for their images, not for places in the data
   * @throws {UserError} where the data are no longer at the run's path, seen from where the studio was started
   */
  of(config: Loose, { excluded }: { readonly excluded: boolean }): Promise<OpenedData> {
    const { data } = config as { data?: { path?: unknown } };
    if (typeof data?.path !== 'string')
      return Promise.reject(new UserError('studio: this run does not say where its data are'));
    const all = datasetOptions(resolveTrainConfig({ base: config }));
    const options = { ...all, ...(excluded && { exclude: undefined }) };
    const { path } = data;
    // Runs of one comparison have one data set.
    const key = JSON.stringify([path, options]);
    const known = this.#opened.get(key);
    if (known !== undefined) return known;
    const opened = openDataset(path, options).then(indexed);
    opened.catch(() => this.#opened.delete(key)); // they may come back
    this.#opened.set(key, opened);
    if (this.#opened.size > mostKept) this.#opened.delete(this.#opened.keys().next().value!);
    return opened;
  }
}

function indexed(dataset: Dataset): OpenedData {
  const placeOf = new Map(dataset.samples.map(({ id }, i) => [id, i]));
  const captions = new Map<string, Map<string, number>>();
  for (const {
    label,
    captions: [first = ''],
  } of dataset.samples) {
    if (label === null) continue;
    const counts = captions.get(label) ?? new Map<string, number>();
    captions.set(label, counts);
    if (counts.size < 2) counts.set(first, (counts.get(first) ?? 0) + 1);
  }
  return {
    dataset,
    imageOf(id) {
      const place = placeOf.get(id);
      return place === undefined ? undefined : dataset.samples[place]!.image;
    },
    captionOf(label) {
      const [[caption = '', count = 0] = [], another] = captions.get(label) ?? [];
      return another === undefined && count > 1 ? caption : undefined;
    },
  };
}

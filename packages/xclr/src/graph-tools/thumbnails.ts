// Small pictures of samples for the pages, made once each.

import { type Dataset, readPicture } from '../data/index.js';
import { greySquare, type Picture, thumbnail } from '../report/index.js';

export class Thumbnails {
  readonly #dataset: Dataset;
  readonly #made = new Map<number, Picture>();

  constructor(dataset: Dataset) {
    this.#dataset = dataset;
  }

  /** What people call a sample: its first caption, or its id. */
  title(sample: number): string {
    const { captions, id } = this.#dataset.samples[sample]!;
    return captions[0] ?? id;
  }

  /** Makes the pictures of some samples; `of` gives them afterwards. */
  async make(samples: Iterable<number>, size = 72): Promise<void> {
    for (const sample of samples) {
      if (this.#made.has(sample)) continue;
      const title = this.title(sample);
      try {
        const dataUri = await thumbnail(readPicture(this.#dataset.samples[sample]!.picture), { size });
        this.#made.set(sample, { title, dataUri });
      } catch {
        this.#made.set(sample, { title: `${title} (cannot be read)`, dataUri: greySquare });
      }
    }
  }

  of(sample: number): Picture {
    const picture = this.#made.get(sample);
    if (picture === undefined) throw new Error(`Thumbnails.of: sample ${sample} was not made`);
    return picture;
  }
}

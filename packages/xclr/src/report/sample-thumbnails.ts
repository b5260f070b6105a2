// Small images of samples for the pages, made once each.

import { type Dataset, fetchImage } from '../data/index.js';
import type { Image } from './report-data.js';
import { graySquare, thumbnail } from './thumbnail.js';

export class Thumbnails {
  readonly #dataset: Dataset;
  readonly #made = new Map<number, Image>();

  constructor(dataset: Dataset) {
    this.#dataset = dataset;
  }

  /** What people call a sample: its first caption, or its id. */
  title(sample: number): string {
    const { captions, id } = this.#dataset.samples[sample]!;
    return captions[0] ?? id;
  }

  /** Makes the images of some samples; `of` gives them afterwards. */
  async make(samples: Iterable<number>, size = 96): Promise<void> {
    for (const sample of samples) {
      if (this.#made.has(sample)) continue;
      const title = this.title(sample);
      try {
        const dataUri = await thumbnail(await fetchImage(this.#dataset.samples[sample]!.image), { size });
        this.#made.set(sample, { title, dataUri });
      } catch {
        this.#made.set(sample, { title: `${title} (cannot be read)`, dataUri: graySquare });
      }
    }
  }

  of(sample: number): Image {
    const image = this.#made.get(sample);
    if (image === undefined) throw new Error(`Thumbnails.of: sample ${sample} was not made`);
    return image;
  }
}

// What the process beside the studio's says of a run's data: where an image lies, and what is at some places.
import type { ImageRef } from '../data/index.js';
import type { AsideJob, NamedSamples } from './aside-protocol.js';
import { Datasets } from './datasets.js';

const datasets = new Datasets();

/** Also of an image that the run left out. null where the data have no such image. */
export async function imageOfSample(
  job: Extract<AsideJob, { readonly kind: 'sample-image' }>,
): Promise<ImageRef | null> {
  const { imageOf } = await datasets.of(job.config, { excluded: true });
  return imageOf(job.id) ?? null;
}

export async function namedSamples(
  job: Extract<AsideJob, { readonly kind: 'samples' }>,
): Promise<NamedSamples> {
  const { dataset, captionOf } = await datasets.of(job.config, { excluded: false });
  return {
    samples: job.places.map((place) => {
      const found = dataset.samples[place];
      if (found === undefined) return null;
      return { id: found.id, caption: (found.captions[0] ?? '').slice(0, 500), label: found.label };
    }),
    captions: Object.fromEntries(
      job.labels.flatMap((label) => {
        const caption = captionOf(label);
        return caption === undefined ? [] : [[label, caption]];
      }),
    ),
  };
}

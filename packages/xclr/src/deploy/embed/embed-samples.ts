// Images through an encoder: the next batch is decoded while the present one is encoded; broken ones are listed.

import type { Problem, Sample } from '../../data/index.js';
import { append } from '../../util/arrays.js';
import { UserError } from '../../util/errors.js';
import type { ImageEncoder, PreparedImage } from '../encoder/index.js';
import { type Item, itemOf } from './item.js';
import type { Part } from './parts.js';

interface Decoded {
  readonly samples: readonly Sample[];
  readonly images: readonly PreparedImage[];
  readonly skipped: readonly Problem[];
}

async function decode(encoder: ImageEncoder, batch: readonly Sample[]): Promise<Decoded> {
  const results = await Promise.all(
    batch.map((sample) =>
      encoder.prepare(sample.image).then(
        (image) => ({ sample, image }),
        (error: Error) => ({ sample, reason: error.message }),
      ),
    ),
  );
  const good = results.flatMap((result) => ('image' in result ? [result] : []));
  return {
    samples: good.map(({ sample }) => sample),
    images: good.map(({ image }) => image),
    skipped: results.flatMap((result) =>
      'reason' in result ? [{ where: result.sample.id, reason: result.reason }] : [],
    ),
  };
}

/** The item with the range that its image was read with, so that its thumbnail shows what the encoder saw. */
function withRange(item: Item, range: ImageEncoder['imageRange']): Item {
  const { image } = item;
  if (range === undefined || image === null || image.raw !== undefined || image.range !== undefined)
    return item;
  return { ...item, image: { ...image, range } };
}

/** @throws {UserError} where the data were opened with other values for black and white than the encoder's training */
export function checkRanges(encoder: ImageEncoder, samples: readonly Sample[]): void {
  const given = samples[0]?.image.range;
  const { imageRange: trained } = encoder;
  if (given === undefined || trained === undefined) return;
  if (given[0] === trained[0] && given[1] === trained[1]) return;
  throw new UserError(
    `embed: --image-range is ${given.join(',')}, and ${encoder.name} was trained with ${trained.join(',')}`,
    'Leave --image-range out: the one of the training is used.',
  );
}

/** Rows of the samples in their order, without those that cannot be read. Memory is that of two batches and the rows. */
export async function embedSamples(
  encoder: ImageEncoder,
  samples: readonly Sample[],
  { batchSize, onBatch = () => undefined }: { batchSize: number; onBatch?: (done: number) => void },
): Promise<Part> {
  const items: Part['items'][number][] = [];
  const skipped: Problem[] = [];
  const vectors = new Float32Array(samples.length * encoder.dimensions);
  const decodeFrom = (start: number) => {
    const batch = decode(encoder, samples.slice(start, start + batchSize));
    batch.catch(() => undefined); // reported where it is awaited
    return batch;
  };
  let next = decodeFrom(0);
  for (let start = 0; start < samples.length; start += batchSize) {
    const batch = await next;
    next = decodeFrom(start + batchSize);
    if (batch.images.length > 0) {
      vectors.set(await encoder.embed(batch.images), items.length * encoder.dimensions);
      append(
        items,
        batch.samples.map((sample) => withRange(itemOf(sample), encoder.imageRange)),
      );
    }
    append(skipped, batch.skipped);
    onBatch(Math.min(start + batchSize, samples.length));
  }
  return { items, vectors: vectors.slice(0, items.length * encoder.dimensions), skipped };
}

// From images to feature rows: an encoder's, before and after its projector, and those of the raw-pixel control.

import { keep, noGrad, scoped, type Tensor, zeros } from '@xclr/torch';
import { UserError } from '../util/errors.js';
import { unitRows } from './feature-set.js';
import type { FeatureSet } from './types.js';

/** Some images, and how to make their evaluation view; tensors are made and freed inside the extraction. */
export interface ImageBatch {
  readonly indices: Int32Array;
  /** (b, c, h, w) the evaluation view: no randomness, normalized as in training. */
  readonly view: () => Tensor;
}

/** Batches of images in the order of their samples. */
export type ImageBatches = AsyncIterable<ImageBatch> | Iterable<ImageBatch>;

/** What a program hears of features being extracted. */
export interface ExtractOptions {
  /** The most images that can come; fewer may, as unreadable ones are skipped. */
  readonly expected: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/** What an encoder gives for (b, c, h, w) images; each may be of any dtype and device, and any length. */
export interface Encoded {
  /** (b, d) before the projector: what is used downstream. */
  readonly features: Tensor;
  /** (b, p) after the projector: what the loss sees. */
  readonly projected?: Tensor;
}

/** Collects rows into one preallocated (expected, d) float32 tensor on the CPU. */
class RowCollector {
  readonly #expected: number;
  readonly #indices: Int32Array;
  #rows: Tensor | undefined;
  #used = 0;

  constructor(expected: number) {
    this.#expected = expected;
    this.#indices = new Int32Array(expected);
  }

  get used(): number {
    return this.#used;
  }

  /** @param rows (b, d) */
  add(indices: Int32Array, rows: Tensor): void {
    const [b = 0, d = 0] = rows.shape;
    if (rows.ndim !== 2 || b !== indices.length) {
      throw new RangeError(
        `extractFeatures: the encoder must give (${indices.length}, d), got (${rows.shape.join(', ')})`,
      );
    }
    if (this.#used + b > this.#expected) {
      throw new RangeError(`extractFeatures: expected at most ${this.#expected} images, got more`);
    }
    this.#rows ??= keep(zeros([this.#expected, d])); // (expected, d)
    this.#rows.narrow(0, this.#used, b).copy_(rows);
    this.#indices.set(indices, this.#used);
    this.#used += b;
  }

  /** The rows so far; the caller disposes them. */
  finish(): FeatureSet {
    if (this.#rows === undefined)
      throw new UserError(
        'extractFeatures: there are no images to encode',
        'Check the data and the filters.',
      );
    if (this.#used < this.#expected) {
      using all = this.#rows;
      this.#rows = keep(all.narrow(0, 0, this.#used)); // (n, d), shares memory
    }
    return { rows: this.#rows, indices: this.#indices.slice(0, this.#used) };
  }

  dispose(): void {
    this.#rows?.dispose();
  }
}

function checkFinite(indices: Int32Array, features: Tensor): void {
  if (features.isfinite().all().item() !== 0) return;
  throw new UserError(
    `extractFeatures: the encoder gave NaN or infinite values for a batch of ${indices.length} images from sample ${indices[0]} on`,
    'The encoder diverged or its weights are damaged: evaluate an earlier checkpoint, or train with a lower learning rate.',
  );
}

/**
 * Encodes every batch once, without gradients, to unit rows. Memory is that of the rows and one batch.
 * An untrained encoder gives the control of that name by the same way.
 * @param encode the encoder in evaluation mode (batch norm uses its running statistics)
 * @returns features before the projector and, if the encoder gives them, after it; dispose both `rows`
 */
export async function extractFeatures(
  encode: (images: Tensor) => Encoded,
  batches: ImageBatches,
  { expected, onProgress }: ExtractOptions,
): Promise<{ features: FeatureSet; projected: FeatureSet | null }> {
  const before = new RowCollector(expected);
  const after = new RowCollector(expected);
  try {
    for await (const { indices, view } of batches) {
      scoped(() =>
        noGrad(() => {
          const { features, projected } = encode(view()); // (b, d), (b, p)
          checkFinite(indices, features);
          before.add(indices, unitRows(features));
          if (projected !== undefined) after.add(indices, unitRows(projected));
        }),
      );
      onProgress?.(before.used, expected);
    }
    return { features: before.finish(), projected: after.used > 0 ? after.finish() : null };
  } catch (error) {
    before.dispose();
    after.dispose();
    throw error;
  }
}

/**
 * The raw-pixel control: the evaluation view flattened, not yet centered. Without its mean all cosines would be near 1, as most
 * images are mostly of one brightness. Memory is that of all views; for large images give a smaller view.
 */
export async function rawPixelFeatures(
  batches: ImageBatches,
  { expected, onProgress }: ExtractOptions,
): Promise<FeatureSet> {
  const collector = new RowCollector(expected);
  try {
    for await (const { indices, view } of batches) {
      scoped(() => collector.add(indices, view().flatten({ startDim: 1 }))); // (b, c·h·w)
      onProgress?.(collector.used, expected);
    }
    return collector.finish();
  } catch (error) {
    collector.dispose();
    throw error;
  }
}

// The views of a batch, whole or of some of its samples at a time: which part is asked for changes no view.
import { cat, type Device, type Tensor } from '@xclr/torch';
import { makeViewsBySize, type Recipe } from '../data/augment/index.js';
import { aspectsOf, type Images, imageTensors } from '../data/index.js';
import type { TrainConfig } from './config.js';
import type { SampleViews } from './objectives/index.js';
import { toModel } from './to-model.js';
import { viewKeys } from './view-keys.js';

/** Some neighboring samples of a batch: `start` to `end` (exclusive). */
export interface SampleRange {
  readonly start: number;
  readonly end: number;
}

export interface ViewSetup {
  readonly config: TrainConfig;
  readonly device: Device;
  readonly recipe: Recipe;
  /** Views of full size an image. */
  readonly views: number;
}

/** A batch's images, and what decides their views. */
export type ViewedImages = Images & {
  /** (b) how often each sample came before in its epoch; absent where none comes twice. */
  readonly occurrences?: Int32Array;
  /** Their views by size on the CPU, where they were made ahead; disposed of by the step. */
  readonly sizes?: readonly Tensor[];
};

/**
 * The views of some samples where the model is, in the caller's scope. They are made on the CPU, which has an operator for it that
 * does all in one pass, whatever the device of the model.
 */
export function viewsOf(
  { config, device, recipe, views }: ViewSetup,
  { indices, images, occurrences, sizes: ahead }: ViewedImages,
  epoch: number,
  { start, end }: SampleRange = { start: 0, end: indices.length },
): SampleViews {
  const own = indices.subarray(start, end);
  const made: readonly Tensor[] =
    ahead?.map((size) => samplesOf(size, indices.length, { start, end })) ?? makeOnes();
  function makeOnes(): readonly Tensor[] {
    const some = images.slice(start, end);
    const keys = viewKeys(own, occurrences?.subarray(start, end));
    const { seed, views: settings } = config;
    return makeViewsBySize(imageTensors(some), {
      ...{ aspect: aspectsOf(some), ids: keys, seed, epoch, size: settings.size, recipe, views },
    });
  }
  // (v·b, 3, size, size), and with multi-crop (count·b, 3, local, local)
  return { sizes: made.map((one) => toModel(one, config, device)), own, epoch };
}

/** The rows of some of b samples, (m·b, …) → (m·c, …), view-major. */
export function samplesOf(rows: Tensor, b: number, { start, end }: SampleRange): Tensor {
  if (start === 0 && end === b) return rows;
  const m = rows.size(0) / b;
  const parts = Array.from({ length: m }, (_, view) => rows.narrow(0, view * b + start, end - start));
  return parts.length === 1 ? parts[0]! : cat(parts, { dim: 0 });
}

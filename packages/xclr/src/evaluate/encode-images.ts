// From an image store to feature rows: evaluation views through an encoder, or as they are.
import { autocast, keep, type Tensor, tensor } from '@xclr/torch';
import { evaluationView, type Recipe } from '../data/augment/index.js';
import { type ImageReader, type Images, Loader } from '../data/index.js';
import type { TrainConfig } from '../train/config.js';
import { precisionOf } from '../train/precision.js';
import type { TrainingModel } from '../train/training-model.js';
import { centerRows_, takeOff_ } from './feature-set.js';
import { type Encoded, extractFeatures, type ImageBatch, rawPixelFeatures } from './features.js';
import type { FeatureSet } from './types.js';
import type { Variant } from './variants.js';

/** Images to encode, and the views that evaluation makes of them. */
export interface EvaluationImages {
  readonly store: ImageReader;
  /** Samples to encode. */
  readonly indices: Int32Array;
  /** Size of a view in pixels; the one trained with. */
  readonly size: number;
  readonly recipe: Recipe;
  readonly device: string;
  readonly seed: number;
  /** Samples whose mean is subtracted all features: the training part. */
  readonly meanOver: Int32Array;
  /** Keeps the projected rows also as they were before the mean was subtracted. */
  readonly keepPlain?: boolean;
  /** Alters the decoded images before the view is cut. */
  readonly variant?: Pick<Variant, 'alter' | 'partners'>;
  /** (d) what is subtracted the features instead of the mean over `meanOver`. */
  readonly mean?: Float32Array | undefined;
  readonly onProgress?: (done: number, total: number) => void;
}

const batchSize = 256;

/** Each image once, in a view without chance: the same for every method. */
async function* evaluationBatches(images: EvaluationImages): AsyncGenerator<ImageBatch> {
  const { store, indices, size, recipe, seed, variant } = images;
  const loader = new Loader(store, {
    indices,
    batchSize: Math.min(batchSize, indices.length),
    seed,
    order: 'sequential',
  });
  for await (const batch of loader.epoch({ epoch: 0 })) {
    const { ids, aspect, pixels } =
      variant === undefined ? asTheyAre(batch, images) : await altered(batch, variant, images);
    if (ids.length === 0) continue;
    yield { indices: ids, view: () => evaluationView(pixels(), { aspect, ids, size, recipe, seed }) }; // (b, 3, size, size)
  }
}

interface Prepared {
  readonly ids: Int32Array;
  readonly aspect: Float32Array;
  /** (b, S, S, c) uint8; made where it is asked for, in the scope that frees it. */
  readonly pixels: () => Tensor;
}

function asTheyAre(
  { indices: ids, pixels, channels, aspect }: Images,
  { store, device }: EvaluationImages,
): Prepared {
  const shape = [ids.length, store.size, store.size, channels];
  return { ids, aspect, pixels: () => tensor(pixels, { shape, device }) };
}

/** A batch altered, without the samples whose partner is missing or broken. */
async function altered(
  batch: Images,
  { alter, partners }: NonNullable<EvaluationImages['variant']>,
  images: EvaluationImages,
): Promise<Prepared> {
  const { ids, aspect, pixels } = asTheyAre(batch, images);
  if (partners === undefined) return { ids, aspect, pixels: () => alter(pixels(), ids) };
  const asked = new Set(Array.from(ids).flatMap((id) => partners.get(id) ?? []));
  const found = await images.store.fetch(Int32Array.from(asked));
  const placeOf = new Map(Array.from(found.indices, (sample, place) => [sample, place]));
  const kept = Int32Array.from(ids.keys()).filter((row) => placeOf.has(partners.get(ids[row]!) ?? -1));
  const their = kept.map((row) => placeOf.get(partners.get(ids[row]!)!)!);
  const keptIds = kept.map((row) => ids[row]!);
  const rowsOf = (all: Tensor, rows: Int32Array) => all.indexSelect(0, tensor(rows, { device: all.device }));
  return {
    ids: keptIds,
    aspect: Float32Array.from(kept, (row) => aspect[row]!),
    pixels: () => alter(rowsOf(pixels(), kept), keptIds, rowsOf(asTheyAre(found, images).pixels(), their)),
  };
}

/** Centered features of every image before the projector, and after it. The model is left in evaluation mode. */
export async function encodeImages(
  model: TrainingModel,
  images: EvaluationImages,
  precision: TrainConfig['precision'],
): Promise<{ features: FeatureSet; projected: FeatureSet | null }> {
  model.eval();
  const forward = (views: Tensor): Encoded => {
    const features = model.encoder.call(views.to({ memoryFormat: 'channels_last' })); // (b, features)
    return model.projector === null ? { features } : { features, projected: model.projector.call(features) };
  };
  const encode = (views: Tensor): Encoded =>
    precisionOf(precision, images.device) === 'bfloat16'
      ? autocast<{ features: Tensor; projected: Tensor }>(
          images.device,
          'bfloat16',
          () => forward(views) as { features: Tensor; projected: Tensor },
        )
      : forward(views);
  const sets = await extractFeatures(encode, evaluationBatches(images), progressOf(images));
  const plainRows =
    images.keepPlain === true && sets.projected !== null ? sets.projected.rows.clone() : undefined;
  const features = { ...sets.features, mean: centered(sets.features, images) };
  if (sets.projected === null) return { features, projected: null };
  const projected = { ...sets.projected, mean: centerRows_(sets.projected, images.meanOver) };
  return {
    features,
    projected: plainRows === undefined ? projected : { ...projected, plainRows: keep(plainRows) },
  };
}

/** Takes the mean off that is given, or that of the training part. */
function centered(set: FeatureSet, { mean, meanOver }: EvaluationImages): Float32Array {
  if (mean === undefined) return centerRows_(set, meanOver);
  takeOff_(set.rows, mean);
  return mean;
}

/** The control that learned nothing: pixels as features, centered in the same way. */
export function pixelFeatures(images: EvaluationImages): Promise<FeatureSet> {
  return rawPixelFeatures(evaluationBatches(images), {
    ...progressOf(images),
    meanOver: images.meanOver,
    mean: images.mean,
  });
}

function progressOf({ indices, onProgress }: EvaluationImages): {
  expected: number;
  onProgress?: (done: number, total: number) => void;
} {
  return { expected: indices.length, ...(onProgress !== undefined && { onProgress }) };
}

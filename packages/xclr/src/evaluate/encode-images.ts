// From an image store to feature rows: evaluation views through an encoder, or as they are.
import { autocast, keep, type Tensor } from '@xclr/torch';
import {
  drawEvaluationView,
  evaluationView,
  type Recipe,
  squares,
  wholeImage,
} from '../data/augment/index.js';
import { aspectsOf, type ImageReader, type Images, imageTensors, Loader } from '../data/index.js';
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
  readonly variant?: Pick<Variant, 'alter' | 'partners' | 'frame'>;
  /** (d) what is subtracted the features instead of the mean over `meanOver`. */
  readonly mean?: Float32Array | undefined;
  readonly onProgress?: (done: number, total: number) => void;
}

const batchSize = 256;
/** Images that are altered at a time: they lie in memory several times over. */
const alteredBatchSize = 64;

/** Each image once, in a view without chance: the same for every method. */
async function* evaluationBatches(images: EvaluationImages): AsyncGenerator<ImageBatch> {
  const { store, indices, variant } = images;
  const loader = new Loader(store, {
    indices,
    batchSize: Math.min(variant === undefined ? batchSize : alteredBatchSize, indices.length),
    seed: images.seed,
    order: 'sequential',
  });
  for await (const batch of loader.epoch({ epoch: 0 })) {
    const { indices: ids } = batch;
    if (variant === undefined) yield { indices: ids, view: () => viewsOf(batch, images) };
    else yield* altered(batch, variant, images);
  }
}

/** (b, 3, size, size) */
function viewsOf({ indices: ids, images }: Images, { size, recipe, seed, device }: EvaluationImages): Tensor {
  return evaluationView(imageTensors(images, device), { aspect: aspectsOf(images), ids, size, recipe, seed });
}

/** A batch altered, without the samples whose partner is missing or broken. */
async function* altered(
  batch: Images,
  { alter, partners, frame }: NonNullable<EvaluationImages['variant']>,
  images: EvaluationImages,
): AsyncGenerator<ImageBatch> {
  const { kept, their } = partners === undefined ? { kept: batch } : await paired(batch, partners, images);
  const { indices: ids } = kept;
  if (ids.length === 0) return;
  const view = (): Tensor => {
    const framed = framesOf(kept, frame, images);
    const others = their && framesOf(their, frame, images).pixels;
    const pixels = alter(framed.pixels, ids, others); // (b, S, S, 3 or 4) uint8
    const { size, seed } = images;
    return evaluationView(pixels, { aspect: framed.aspect, ids, size, recipe: framed.recipe, seed }); // (b, 3, size, size)
  };
  yield { indices: ids, view };
}

/** Those images of a batch whose partner can be read, and the partners, row by row. */
async function paired(batch: Images, partners: ReadonlyMap<number, number>, { store }: EvaluationImages) {
  const asked = new Set(Array.from(batch.indices).flatMap((id) => partners.get(id) ?? []));
  const found = await store.fetch(Int32Array.from(asked));
  const placeOf = new Map(Array.from(found.indices, (sample, place) => [sample, place]));
  const rows = Int32Array.from(batch.indices.keys()).filter((row) =>
    placeOf.has(partners.get(batch.indices[row]!) ?? -1),
  );
  const places = rows.map((row) => placeOf.get(partners.get(batch.indices[row]!)!)!);
  return { kept: rowsOf(batch, rows), their: rowsOf(found, places) };
}

function rowsOf({ indices, images }: Images, rows: Int32Array): Images {
  return { indices: rows.map((row) => indices[row]!), images: Array.from(rows, (row) => images[row]!) };
}

interface Framed {
  /** (b, S, S, 3 or 4) uint8 */
  readonly pixels: Tensor;
  /** (b) of what the squares show. */
  readonly aspect: Float64Array;
  /** Shows the squares as evaluation shows the images. */
  readonly recipe: Recipe;
}

/**
 * What is altered, as squares. 'view': the evaluation view itself, pixel for pixel, as benchmarks of corrupted images have
 * it; where a recipe places whole images, these, a third larger than a view. 'image': whole images, squashed, with two
 * pixels for each of a view.
 */
function framesOf(
  { indices, images }: Images,
  frame: Variant['frame'],
  { size, recipe, seed, device }: EvaluationImages,
): Framed {
  const { geometry } = recipe.evaluation;
  const pixels = imageTensors(images, device);
  const aspect = aspectsOf(images);
  if (frame === 'view' && geometry.kind === 'crop') {
    const boxes = Array.from(indices, (sample, i) => {
      const key = { seed, sample, rendering: 0 };
      return drawEvaluationView(recipe.evaluation, key, { size, aspect: aspect[i]! }).box;
    });
    return {
      pixels: squares(pixels, boxes, size),
      aspect: aspect.fill(1),
      recipe: { ...recipe, evaluation: { ...recipe.evaluation, geometry: { kind: 'crop', fraction: 1 } } },
    };
  }
  const fraction = geometry.kind === 'crop' ? geometry.fraction : 1;
  const side = frame === 'view' ? Math.ceil((size * 4) / 3) : Math.round((2 * size) / fraction);
  return {
    pixels: squares(
      pixels,
      images.map(() => wholeImage),
      side,
    ),
    aspect,
    recipe,
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

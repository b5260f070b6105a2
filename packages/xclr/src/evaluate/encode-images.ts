// From an image store to feature rows: evaluation views through an encoder, or as they are.
import { autocast, keep, noGrad, scoped, type Tensor, toDevice } from '@xclr/torch';
import {
  drawEvaluationView,
  evaluationView,
  type Recipe,
  squares,
  wholeImage,
} from '../data/augment/index.js';
import { aspectsOf, type ImageReader, type Images, imageTensors, Loader } from '../data/index.js';
import type { TrainConfig } from '../train/config.js';
import { autocastDtype } from '../train/precision.js';
import type { TrainingModel } from '../train/training-model.js';
import { UserError } from '../util/errors.js';
import { type Center, centerSample, describeCenter, RowMean } from './center.js';
import { takeOff_, unitRows } from './feature-set.js';
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
  /** The training part: the mean of a fixed sample of it is subtracted from all features. */
  readonly meanOver: Int32Array;
  /** Keeps the projected rows also as they were before the mean was subtracted. */
  readonly keepPlain?: boolean;
  /** Alters the decoded images before the view is cut. */
  readonly variant?: Pick<Variant, 'alter' | 'partners' | 'frame'>;
  /** (d) what is subtracted from the features, where it is known already. */
  readonly mean?: Float32Array | undefined;
  /** The same, before and after the projector, with what it is the mean of. */
  readonly center?: Center | undefined;
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

/** (b, 3, size, size) on the model's device; made on the CPU. */
function viewsOf({ indices: ids, images }: Images, { size, recipe, seed, device }: EvaluationImages): Tensor {
  const view = evaluationView(imageTensors(images), { aspect: aspectsOf(images), ids, size, recipe, seed });
  return toDevice(view, device);
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
    const { size, seed, device } = images;
    const altered = { aspect: framed.aspect, ids, size, recipe: framed.recipe, seed };
    return toDevice(evaluationView(pixels, altered), device); // (b, 3, size, size)
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
  { size, recipe, seed }: EvaluationImages,
): Framed {
  const { geometry } = recipe.evaluation;
  const pixels = imageTensors(images);
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
  const { mean, center = mean === undefined ? await centerOf(model, images, precision) : undefined } = images;
  const encode = encoderOf(model, images, precision);
  const sets = await extractFeatures(encode, evaluationBatches(images), progressOf(images));
  const features = centered(sets.features, center?.features ?? mean!, center?.images);
  if (sets.projected === null) return { features, projected: null };
  // Without a center only the features are asked for: they are those of altered images.
  const after = center?.projected ?? null;
  if (after === null) return { features, projected: sets.projected };
  const plainRows = images.keepPlain === true ? keep(sets.projected.rows.clone()) : undefined;
  const projected = centered(sets.projected, after, center?.images);
  return { features, projected: plainRows === undefined ? projected : { ...projected, plainRows } };
}

/** The mean features of a fixed sample of the training part. */
export async function centerOf(
  model: TrainingModel,
  { variant: _v, onProgress: _p, ...images }: EvaluationImages,
  precision: TrainConfig['precision'],
): Promise<Center> {
  const encode = encoderOf(model, images, precision);
  const before = new RowMean();
  const after = new RowMean();
  for await (const { view } of evaluationBatches({ ...images, indices: centerSample(images.meanOver) })) {
    scoped(() =>
      noGrad(() => {
        const { features, projected } = encode(view()); // (b, d), (b, p)
        before.add(unitRows(features));
        if (projected !== undefined) after.add(unitRows(projected));
      }),
    );
  }
  return { features: meanOf(before), projected: after.mean() ?? null, images: before.count };
}

function meanOf(rows: RowMean): Float32Array {
  const mean = rows.mean();
  if (mean?.every(Number.isFinite)) return mean;
  throw new UserError(
    mean === undefined
      ? 'evaluate: none of the training images whose mean is subtracted from all features can be read'
      : 'evaluate: the encoder gave NaN or infinite values for training images, whose mean is subtracted from all features',
    mean === undefined
      ? '`xclr data verify` lists what is wrong with each image.'
      : 'The encoder diverged or its weights are damaged: evaluate an earlier checkpoint, or train with a lower learning rate.',
  );
}

/** Views (b, 3, s, s) → features and, with a projector, z. */
function encoderOf(
  model: TrainingModel,
  { device }: Pick<EvaluationImages, 'device'>,
  precision: TrainConfig['precision'],
): (views: Tensor) => Encoded {
  model.eval();
  const forward = (views: Tensor): Encoded => {
    const features = model.encoder.call(views.to({ memoryFormat: 'channels_last' })); // (b, features)
    return model.projector === null ? { features } : { features, projected: model.projector.call(features) };
  };
  const dtype = autocastDtype(precision, device);
  if (dtype === null) return forward;
  return (views) =>
    autocast<{ features: Tensor; projected: Tensor }>(
      device,
      dtype,
      () => forward(views) as { features: Tensor; projected: Tensor },
    );
}

/** Takes a mean (d) off the rows. @param images how many it is the mean of, where that is known */
function centered(set: FeatureSet, mean: Float32Array, images: number | undefined): FeatureSet {
  takeOff_(set.rows, mean);
  return { ...set, mean, ...(images !== undefined && { centeredBy: describeCenter(images) }) };
}

/** The control that learned nothing: pixels as features, centered in the same way. */
export async function pixelFeatures(images: EvaluationImages): Promise<FeatureSet> {
  const pixels = (view: Tensor) => view.flatten({ startDim: 1 }); // (b, c·h·w)
  let { mean } = images;
  let count: number | undefined;
  if (mean === undefined) {
    const rows = new RowMean();
    const { variant: _v, ...plain } = images;
    for await (const { view } of evaluationBatches({ ...plain, indices: centerSample(images.meanOver) }))
      scoped(() => rows.add(pixels(view())));
    mean = meanOf(rows);
    count = rows.count;
  }
  const set = await rawPixelFeatures(evaluationBatches(images), progressOf(images));
  return centered(set, mean, count);
}

function progressOf({ indices, onProgress }: EvaluationImages): {
  expected: number;
  onProgress?: (done: number, total: number) => void;
} {
  return { expected: indices.length, ...(onProgress !== undefined && { onProgress }) };
}

// Augmented views of a batch, and the views that evaluation uses.

import { cat, type LaterViews, noGrad, scoped, stack, Tensor, tensor, type ViewEdges } from '@xclr/torch';
import { jitterAffine } from './affine-color.js';
import { blur_ } from './blur.js';
import { checkRecipe } from './check-recipe.js';
import { gray_, jitterHsv, solarize } from './color.js';
import { erase_ } from './erase.js';
import { fusedViews, fusedViewsLater } from './fused.js';
import { drawEvaluationView, drawView, type ViewParameters } from './parameters.js';
import { applyPolicy } from './policy.js';
import type { Recipe } from './recipe.js';
import { composite, drawnBackgrounds, resample } from './resample.js';

/**
 * Images on one device, uint8 RGB or RGBA: each of its own size, (h, w, 3 or 4), or all of one, (b, h, w, 3 or 4). Sizes say
 * nothing of proportions: those are `aspect`, so that squashed images do as well.
 */
export type ImagePixels = readonly Tensor[] | Tensor;

/** What names a batch's views. */
export interface ViewOptions {
  /** (b) width over height of the originals. */
  readonly aspect: Float32Array | Float64Array;
  /** (b) indices of the samples in their dataset. */
  readonly ids: Int32Array;
  readonly seed: number;
  /** Size of the views: width and height in pixels. */
  readonly size: number;
  readonly recipe: Recipe;
  /**
   * 'auto' (default): on the CPU one fused operator makes a view in one pass, elsewhere batched tensor operations do.
   * 'tensors': tensor operations everywhere, the reference. Both give the same views but for rounding.
   */
  readonly method?: 'auto' | 'tensors';
}

/** The images of a batch, each (h, w, 3 or 4); views of memory where they came as one tensor. Freed by the caller's scope. */
function checkedImages(
  operation: string,
  pixels: ImagePixels,
  { aspect, ids, recipe }: ViewOptions,
): readonly Tensor[] {
  checkRecipe(recipe);
  const whole = pixels instanceof Tensor;
  const shaped = whole ? '(b, h, w, 3 or 4)' : '(h, w, 3 or 4)';
  for (const { shape, dtype } of whole ? [pixels] : pixels) {
    const channels = shape.at(-1);
    if (shape.length === (whole ? 4 : 3) && (channels === 3 || channels === 4) && dtype === 'uint8') continue;
    throw new Error(`${operation}: pixels must be ${shaped} uint8, got (${shape.join(', ')}) ${dtype}`);
  }
  const b = whole ? pixels.shape[0]! : pixels.length;
  if (aspect.length !== b || ids.length !== b) {
    throw new Error(
      `${operation}: aspect and ids must have one value for each of the ${b} images, got ${aspect.length} and ${ids.length}`,
    );
  }
  return whole ? Array.from({ length: b }, (_, i) => pixels.select(0, i)) : pixels;
}

/** Color, gray, blur and solarize, in SimCLR's order. (n, 3, s, s) in 0 … 1; may overwrite x. */
function recolor(x: Tensor, views: readonly ViewParameters[], recipe: Recipe): Tensor {
  const changes = views.map((view) => view.color);
  const gray = views.map((view) => view.gray);
  let changed = x;
  if (recipe.color?.method === 'affine') {
    changed = jitterAffine(changed, changes, gray);
  } else {
    const orders = views.map((view) => view.colorOrder);
    if (recipe.color !== null) changed = jitterHsv(changed, changes, orders);
    changed = gray_(changed, gray);
  }
  if (recipe.blur !== null) {
    const sigmas = views.map((view) => view.blur);
    changed = blur_(changed, sigmas, recipe.blur.kernel);
  }
  if (recipe.solarize === null) return changed;
  return solarize(
    changed,
    views.map((view) => view.solarize),
    recipe.solarize.threshold,
  );
}

/** (n, 3, s, s) in 0 … 1 → mean subtracted and divided by the deviation, in place. */
function normalize_(x: Tensor, { mean, std }: Recipe['normalize']): Tensor {
  const channels = (values: readonly number[]) =>
    tensor([...values], { shape: [1, 3, 1, 1], device: x.device });
  return x.sub_(channels(mean)).div_(channels(std));
}

/** Bytes of images that are resampled at a time, as float32: more would be memory for nothing. */
const mostBytesAtATime = 2 ** 28;

/** Places of images that have one shape, as many together as may be resampled at a time. */
function sameShapes(images: readonly Tensor[]): number[][] {
  const open = new Map<string, number[]>();
  const groups: number[][] = [];
  images.forEach(({ shape, numel }, place) => {
    const key = shape.join();
    const group = open.get(key);
    if (group === undefined || (group.length + 1) * numel * 4 > mostBytesAtATime) {
      const begun = [place];
      open.set(key, begun);
      groups.push(begun);
    } else group.push(place);
  });
  return groups;
}

/** Resampled and laid over their backgrounds, images of one shape together: (views·b, 3, size, size) in 0 … 1. */
function compose(
  images: readonly Tensor[],
  views: readonly ViewParameters[],
  size: number,
  edges: ViewEdges,
): Tensor {
  const b = images.length;
  const groups = sameShapes(images);
  const each = groups.map((places) =>
    scoped(() => {
      const pixels = stack(places.map((place) => images[place]!)); // (g, h, w, 3 or 4)
      const own = Array.from({ length: views.length / b }, (_, view) =>
        places.map((place) => views[view * b + place]!),
      ).flat(); // view-major, as all are
      const { device } = pixels;
      const boxes = own.map((view) => view.box);
      const layers = resample(pixels, boxes, { out: size, edges, device }); // (views, g, 3 or 4, size, size)
      const backgrounds = own.flatMap((view) => (view.background === null ? [] : [view.background]));
      const canvas = backgrounds.length === 0 ? null : drawnBackgrounds(backgrounds, size, device);
      return composite(layers, canvas).view([-1, places.length, 3, size, size]);
    }),
  );
  if (groups.length === 1) return each[0]!.view([views.length, 3, size, size]);
  const placeOf = new Int32Array(b);
  groups.flat().forEach((image, place) => {
    placeOf[image] = place;
  });
  return cat(each, { dim: 1 }) // (views, b, 3, size, size), group by group
    .indexSelect(1, tensor(placeOf, { device: images[0]!.device }))
    .view([views.length, 3, size, size]);
}

/** What names random views. */
export interface RandomViewOptions extends ViewOptions {
  readonly epoch: number;
  /** How many of each image; 2 by default. */
  readonly views?: number;
  /** The number of the first; 0 by default. */
  readonly firstView?: number;
}

/** The parameters of each view, view-major. */
function drawnViews({
  aspect,
  ids,
  seed,
  epoch,
  recipe,
  views = 2,
  firstView = 0,
}: RandomViewOptions): ViewParameters[] {
  const drawn: ViewParameters[] = [];
  for (let view = 0; view < views; view++) {
    ids.forEach((sample, i) => {
      drawn.push(drawView(recipe, { seed, epoch, sample, view: firstView + view }, aspect[i]!));
    });
  }
  return drawn;
}

const edgesOf = ({ geometry }: Recipe): ViewEdges => (geometry.kind === 'crop' ? 'box' : 'none');

/**
 * The same views made on a thread of their own while this one goes on, where one operator makes them; those of a policy or with
 * erased parts are made at once. The images' memory must not change until then.
 * @param pixels b images on the CPU
 * @returns as makeViews gives them, in the memory that was asked for; the caller disposes of it
 */
export async function makeViewsLater(
  pixels: readonly Tensor[],
  options: RandomViewOptions & { readonly later: LaterViews },
): Promise<Tensor> {
  const { size, recipe, later } = options;
  if (recipe.policy || recipe.erasing) return makeViews(pixels, options);
  const made = { promise: null as Promise<Tensor> | null };
  scoped(() => {
    const images = checkedImages('makeViews', pixels, options);
    const how = { size, edges: edgesOf(recipe), recolor: true, later };
    made.promise = fusedViewsLater(images, drawnViews(options), recipe, how);
  });
  return made.promise!;
}

/**
 * Random views of a batch, on the pixels' device. Every number comes from (seed, epoch, sample, view), so a sample's
 * views do not depend on what else is in the batch, nor on the number of workers.
 * @param pixels b images, each of its own size
 * @param options views: how many (2 by default), firstView: the number of the first (0 by default)
 * @returns (views·b, 3, size, size) float32, normalized; row v·b + i is view firstView + v of image i
 */
export function makeViews(pixels: ImagePixels, options: RandomViewOptions): Tensor {
  const { size, recipe, method = 'auto' } = options;
  const drawn = drawnViews(options);
  const edges = edgesOf(recipe);
  return noGrad(() =>
    scoped(() => {
      const images = checkedImages('makeViews', pixels, options);
      const fused = method === 'auto' && onProcessor(images);
      const x =
        fused && !recipe.policy
          ? fusedViews(images, drawn, recipe, { size, edges, recolor: true })
          : inStages(images, drawn, recipe, { size, edges, fused });
      return recipe.erasing
        ? erase_(
            x,
            drawn.map((view) => view.erased),
            recipe.erasing.value,
          )
        : x;
    }),
  );
}

const onProcessor = (images: readonly Tensor[]) => images[0]?.device === 'cpu';

/** What the fused operator does in one pass, stage by stage, with the policy between: (n, 3, size, size), normalized. */
function inStages(
  images: readonly Tensor[],
  drawn: readonly ViewParameters[],
  recipe: Recipe,
  { size, edges, fused }: { size: number; edges: ViewEdges; fused: boolean },
): Tensor {
  const plain: Recipe = { ...recipe, normalize: { mean: [0, 0, 0], std: [1, 1, 1] } };
  const composed = fused
    ? fusedViews(images, drawn, plain, { size, edges, recolor: false })
    : compose(images, drawn, size, edges);
  const treated = recipe.policy
    ? applyPolicy(
        composed,
        drawn.map((view) => view.policy),
      )
    : composed;
  return normalize_(recolor(treated, drawn, recipe), recipe.normalize);
}

/**
 * The view that evaluation sees, by the recipe's evaluation part: a center crop, or a placement and background drawn
 * from (seed, sample, rendering) and so the same in every run.
 * @param options `rendering` numbers several views of one sample; 0 by default
 * @returns (b, 3, size, size) float32, normalized
 */
export function evaluationView(
  pixels: ImagePixels,
  options: ViewOptions & { readonly rendering?: number },
): Tensor {
  const { aspect, ids, seed, size, recipe, rendering = 0, method = 'auto' } = options;
  const { evaluation } = recipe;
  const edges = evaluation.geometry.kind === 'crop' ? 'image' : 'none';
  return noGrad(() =>
    scoped(() => {
      const images = checkedImages('evaluationView', pixels, options);
      const drawn = Array.from(ids, (sample, i) =>
        drawEvaluationView(evaluation, { seed, sample, rendering }, { size, aspect: aspect[i]! }),
      );
      return method === 'auto' && onProcessor(images)
        ? fusedViews(images, drawn, recipe, { size, edges, recolor: false })
        : normalize_(compose(images, drawn, size, edges), recipe.normalize);
    }),
  );
}

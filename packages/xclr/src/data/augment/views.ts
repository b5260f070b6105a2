// Augmented views of a batch, and the views that evaluation uses.

import { noGrad, scoped, type Tensor, tensor } from '@xclr/torch';
import { jitterAffine } from './affine-color.js';
import { blur_ } from './blur.js';
import { checkRecipe } from './check-recipe.js';
import { gray_, jitterHsv, solarize } from './color.js';
import { erase_ } from './erase.js';
import { fusedViews } from './fused.js';
import { drawEvaluationView, drawView, type ViewParameters } from './parameters.js';
import { applyPolicy } from './policy.js';
import type { Recipe } from './recipe.js';
import { composite, drawnBackgrounds, resample } from './resample.js';

/** What names a batch's views. */
export interface ViewOptions {
  /** (b) width over height of the originals. */
  readonly aspect: Float32Array;
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

function checkInput(operation: string, pixels: Tensor, { aspect, ids, recipe }: ViewOptions): void {
  checkRecipe(recipe);
  const [b, height, width, channels] = pixels.shape;
  const colored = channels === 3 || channels === 4;
  if (pixels.ndim !== 4 || !colored || height !== width || pixels.dtype !== 'uint8') {
    throw new Error(
      `${operation}: pixels must be (b, S, S, 3 or 4) uint8, got (${pixels.shape.join(', ')}) ${pixels.dtype}`,
    );
  }
  if (aspect.length !== b || ids.length !== b) {
    throw new Error(
      `${operation}: aspect and ids must have one value for each of the ${b} images, got ${aspect.length} and ${ids.length}`,
    );
  }
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

/** Resampled and laid over their backgrounds: (n, 3, size, size) in 0 … 1. */
function compose(
  pixels: Tensor,
  views: readonly ViewParameters[],
  size: number,
  edges: 'clamp' | 'empty',
): Tensor {
  const { device } = pixels;
  const layers = resample(
    pixels,
    views.map((view) => view.box),
    { out: size, edges, device },
  );
  const backgrounds = views.flatMap((view) => (view.background === null ? [] : [view.background]));
  return composite(layers, backgrounds.length === 0 ? null : drawnBackgrounds(backgrounds, size, device));
}

/**
 * Random views of a batch, on the pixels' device. Every number comes from (seed, epoch, sample, view), so a sample's
 * views do not depend on what else is in the batch, nor on the number of workers.
 * @param pixels (b, S, S, 3 or 4) uint8 RGB or RGBA, squashed to squares
 * @param options views: how many (2 by default), firstView: the number of the first (0 by default)
 * @returns (views·b, 3, size, size) float32, normalized; row v·b + i is view firstView + v of image i
 */
export function makeViews(
  pixels: Tensor,
  options: ViewOptions & { readonly epoch: number; readonly views?: number; readonly firstView?: number },
): Tensor {
  checkInput('makeViews', pixels, options);
  const { aspect, ids, seed, epoch, size, recipe, views = 2, firstView = 0, method = 'auto' } = options;
  const drawn: ViewParameters[] = [];
  for (let view = 0; view < views; view++) {
    ids.forEach((sample, i) => {
      drawn.push(drawView(recipe, { seed, epoch, sample, view: firstView + view }, aspect[i]!));
    });
  }
  const edges = recipe.geometry.kind === 'crop' ? 'clamp' : 'empty';
  const fused = method === 'auto' && pixels.device === 'cpu';
  return noGrad(() =>
    scoped(() => {
      const x =
        fused && !recipe.policy
          ? fusedViews(pixels, drawn, recipe, { size, edges, recolor: true })
          : inStages(pixels, drawn, recipe, { size, edges, fused });
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

/** What the fused operator does in one pass, stage by stage, with the policy between: (n, 3, size, size), normalized. */
function inStages(
  pixels: Tensor,
  drawn: readonly ViewParameters[],
  recipe: Recipe,
  { size, edges, fused }: { size: number; edges: 'clamp' | 'empty'; fused: boolean },
): Tensor {
  const plain: Recipe = { ...recipe, normalize: { mean: [0, 0, 0], std: [1, 1, 1] } };
  const composed = fused
    ? fusedViews(pixels, drawn, plain, { size, edges, recolor: false })
    : compose(pixels, drawn, size, edges);
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
 * @param rendering numbers several views of one sample; 0 by default
 * @returns (b, 3, size, size) float32, normalized
 */
export function evaluationView(
  pixels: Tensor,
  options: ViewOptions & { readonly rendering?: number },
): Tensor {
  checkInput('evaluationView', pixels, options);
  const { aspect, ids, seed, size, recipe, rendering = 0, method = 'auto' } = options;
  const drawn = Array.from(ids, (sample, i) =>
    drawEvaluationView(recipe.evaluation, { seed, sample, rendering }, aspect[i]!),
  );
  const edges = recipe.evaluation.geometry.kind === 'crop' ? 'clamp' : 'empty';
  if (method === 'auto' && pixels.device === 'cpu')
    return noGrad(() => scoped(() => fusedViews(pixels, drawn, recipe, { size, edges, recolor: false })));
  return noGrad(() => scoped(() => normalize_(compose(pixels, drawn, size, edges), recipe.normalize)));
}

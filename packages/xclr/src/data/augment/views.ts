// Augmented views of a batch, and the plain views that evaluation sees.

import { noGrad, scoped, type Tensor, tensor } from '@xclr/torch';
import { jitterAffine } from './affine-colour.js';
import { blur_ } from './blur.js';
import { checkRecipe } from './check-recipe.js';
import { grey_, jitterHsv, solarize } from './colour.js';
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
  /** Side of the views in pixels. */
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
  const coloured = channels === 3 || channels === 4;
  if (pixels.ndim !== 4 || !coloured || height !== width || pixels.dtype !== 'uint8') {
    throw new Error(
      `${operation}: pixels must be (b, S, S, 3 or 4) uint8, got (${pixels.shape.join(', ')}) ${pixels.dtype}`,
    );
  }
  if (aspect.length !== b || ids.length !== b) {
    throw new Error(
      `${operation}: aspect and ids must have one value for each of the ${b} pictures, got ${aspect.length} and ${ids.length}`,
    );
  }
}

/** Colour, grey, blur and solarize, in SimCLR's order. (n, 3, s, s) in 0 … 1; may overwrite x. */
function recolour(x: Tensor, views: readonly ViewParameters[], recipe: Recipe): Tensor {
  const changes = views.map((view) => view.colour);
  const grey = views.map((view) => view.grey);
  let changed = x;
  if (recipe.colour?.method === 'affine') {
    changed = jitterAffine(changed, changes, grey);
  } else {
    const orders = views.map((view) => view.colourOrder);
    if (recipe.colour !== null) changed = jitterHsv(changed, changes, orders);
    changed = grey_(changed, grey);
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
function normalise_(x: Tensor, { mean, std }: Recipe['normalise']): Tensor {
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
 * @returns (views·b, 3, size, size) float32, normalised; row v·b + i is view v of picture i
 */
export function makeViews(
  pixels: Tensor,
  options: ViewOptions & { readonly epoch: number; readonly views?: number },
): Tensor {
  checkInput('makeViews', pixels, options);
  const { aspect, ids, seed, epoch, size, recipe, views = 2, method = 'auto' } = options;
  const drawn: ViewParameters[] = [];
  for (let view = 0; view < views; view++) {
    ids.forEach((sample, i) => {
      drawn.push(drawView(recipe, { seed, epoch, sample, view }, aspect[i]!));
    });
  }
  const edges = recipe.geometry.kind === 'crop' ? 'clamp' : 'empty';
  const fused = method === 'auto' && pixels.device === 'cpu';
  return noGrad(() =>
    scoped(() => {
      const x =
        fused && !recipe.policy
          ? fusedViews(pixels, drawn, recipe, { size, edges, recolour: true })
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

/** What the fused operator does in one pass, stage by stage, with the policy between: (n, 3, size, size), normalised. */
function inStages(
  pixels: Tensor,
  drawn: readonly ViewParameters[],
  recipe: Recipe,
  { size, edges, fused }: { size: number; edges: 'clamp' | 'empty'; fused: boolean },
): Tensor {
  const plain: Recipe = { ...recipe, normalise: { mean: [0, 0, 0], std: [1, 1, 1] } };
  const composed = fused
    ? fusedViews(pixels, drawn, plain, { size, edges, recolour: false })
    : compose(pixels, drawn, size, edges);
  const treated = recipe.policy
    ? applyPolicy(
        composed,
        drawn.map((view) => view.policy),
      )
    : composed;
  return normalise_(recolour(treated, drawn, recipe), recipe.normalise);
}

/**
 * The view that evaluation sees, by the recipe's evaluation part: a centre crop, or a placement and background drawn
 * from (seed, sample, rendering) and so the same in every run.
 * @param rendering numbers several views of one sample; 0 by default
 * @returns (b, 3, size, size) float32, normalised
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
    return noGrad(() => scoped(() => fusedViews(pixels, drawn, recipe, { size, edges, recolour: false })));
  return noGrad(() => scoped(() => normalise_(compose(pixels, drawn, size, edges), recipe.normalise)));
}

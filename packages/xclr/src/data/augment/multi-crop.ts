// Multi-crop: beside the two views of full size, several small views of small parts.

import type { LaterViews, Tensor } from '@xclr/torch';
import type { Recipe } from './recipe.js';
import {
  type ImagePixels,
  makeViews,
  makeViewsLater,
  type RandomViewOptions,
  type ViewOptions,
} from './views.js';

/** Views of full size that every sample gives. */
const globalViews = 2;

/** Views of all sizes that a recipe makes of a sample: 2 of full size, or as many as are said, and with multi-crop its local crops. */
export function viewsPerSample({ localCrops }: Recipe, full = globalViews): number {
  return full + (localCrops?.count ?? 0);
}

/** The local crops' recipe: the same but for the fraction of the image that they show; null without multi-crop. */
function localRecipe(recipe: Recipe): Recipe | null {
  const { geometry, localCrops } = recipe;
  if (localCrops === null || geometry.kind !== 'crop') return null;
  return { ...recipe, geometry: { ...geometry, scale: localCrops.scale }, localCrops: null };
}

const localRecipes = new WeakMap<Recipe, Recipe | null>(); // kept, so that a recipe is checked once and not a batch

/**
 * All views of a batch, a tensor for each size: an encoder takes one size at a time. Local crops are numbered after the
 * global ones, so switching multi-crop on leaves the global views as they were.
 * SwAV's multi-crop (Caron et al. 2020, arXiv 2006.09882, section 3.2).
 * @param pixels b images, as makeViews takes them
 * @param options views: how many of full size (2 by default)
 * @returns [(views·b, 3, size, size)], and with multi-crop also (count·b, 3, local, local); float32, normalized, view-major
 */
export function makeViewsBySize(
  pixels: ImagePixels,
  options: ViewOptions & { readonly epoch: number; readonly views?: number },
): readonly Tensor[] {
  return partsOf(options).map((part) => makeViews(pixels, { ...options, ...part }));
}

/** The same on a thread of its own, while this one goes on; the caller disposes of the tensors. */
export async function makeViewsBySizeLater(
  pixels: readonly Tensor[],
  options: RandomViewOptions & { readonly later: LaterViews },
): Promise<readonly Tensor[]> {
  const made = partsOf(options).map((part) => makeViewsLater(pixels, { ...options, ...part }));
  const settled = await Promise.allSettled(made);
  const failed = settled.find((one) => one.status === 'rejected');
  const views = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  if (failed === undefined) return views;
  for (const one of views) one.dispose();
  throw failed.reason;
}

/** The views of each size: their recipe, size, number, and the number of the first. */
function partsOf({
  recipe,
  size,
  views = globalViews,
}: Pick<RandomViewOptions, 'recipe' | 'size' | 'views'>): Required<
  Pick<RandomViewOptions, 'recipe' | 'size' | 'views' | 'firstView'>
>[] {
  const full = { recipe, size, views, firstView: 0 };
  if (!localRecipes.has(recipe)) localRecipes.set(recipe, localRecipe(recipe));
  const local = localRecipes.get(recipe);
  if (recipe.localCrops === null || local === null || local === undefined) return [full];
  const { count, size: localSize } = recipe.localCrops;
  return [full, { recipe: local, size: localSize, views: count, firstView: globalViews }];
}

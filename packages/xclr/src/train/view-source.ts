// To what size a run's images are decoded.

import type { ImageSize, Recipe } from '../data/index.js';
import { maxOf } from '../util/arrays.js';
import type { TrainConfig } from './config.js';
import { viewRecipe } from './view-recipe.js';

/** Pixels of the decoded image a pixel of an evaluation view: enough for one resampling to look as from the original. */
const evaluationDetail = 2;

/** Shorter side that an image needs for the smallest crop of a kind to have a pixel for each pixel of its view. */
function cropNeeds(out: number, smallestArea: number): number {
  return out / Math.sqrt(smallestArea);
}

/** Shorter side, in pixels, at which images still have the detail that the views of a recipe can show. */
function detailOf({ geometry, localCrops, evaluation }: Recipe, size: number): number {
  const needs = [
    geometry.kind === 'crop'
      ? cropNeeds(size, geometry.scale[0])
      : size * geometry.size[1] * Math.sqrt(geometry.ratio[1]), // the longer side, zoomed in and stretched
    localCrops === null ? 0 : cropNeeds(localCrops.size, localCrops.scale[0]),
    evaluationDetail *
      (evaluation.geometry.kind === 'crop'
        ? size / evaluation.geometry.fraction
        : size * evaluation.geometry.size[1]),
  ];
  return Math.ceil(maxOf(needs));
}

/** Larger images are reduced to this shorter side when they are decoded; one decoding serves all views. */
export function viewSource(views: TrainConfig['views']): ImageSize & { readonly shorter: number } {
  const { source, size } = views;
  return { shorter: source === 'auto' ? detailOf(viewRecipe(views), size) : source };
}

// Views by the fused operator of the CPU: the drawn parameters as rows of numbers, and one call.

import {
  type ImageViewsOptions,
  imageViews,
  imageViewsLater,
  type LaterViews,
  type Tensor,
  tensor,
  type ViewEdges,
  viewColumns,
} from '@xclr/torch';
import { colorMatrix } from './affine-color.js';
import { backgroundCells, type ViewParameters } from './parameters.js';
import type { Recipe } from './recipe.js';

const gridSize = backgroundCells * backgroundCells * 3;

/** 0: colors stay as they are, 1: torchvision's four adjustments, 2: one matrix. */
type Mode = 0 | 1 | 2;

/** (n, 19): a row a view, by the names of viewColumns. */
function parameterRows(views: readonly ViewParameters[], b: number, mode: Mode): Float64Array {
  const rows = new Float64Array(views.length * viewColumns.length);
  views.forEach(({ box, color, colorOrder, gray, blur, solarize, background }, i) => {
    const { brightness, contrast, saturation, hue } = color;
    rows.set(
      [
        i % b, // views are view-major
        box.x,
        box.y,
        box.width,
        box.height,
        Number(box.flip),
        mode,
        brightness,
        contrast,
        saturation,
        hue,
        ...colorOrder,
        Number(gray && mode !== 2), // the matrix grays by itself
        blur ?? 0,
        Number(solarize),
        background?.cells ?? 0,
      ],
      i * viewColumns.length,
    );
  });
  return rows;
}

/** (n, 10): each view's color matrix, and the fraction of the mean luma that contrast adds. */
function matrixRows(views: readonly ViewParameters[]): Float32Array {
  return Float32Array.from(
    views.flatMap(({ color, gray }) => [
      ...colorMatrix(color, gray).flat(),
      (1 - color.contrast) * color.brightness,
    ]),
  );
}

function gridRows(views: readonly ViewParameters[]): Float32Array {
  const rows = new Float32Array(views.length * gridSize);
  views.forEach(({ background }, i) => {
    if (background !== null) rows.set(background.colors, i * gridSize);
  });
  return rows;
}

export interface FusedOptions {
  /** Size of a view: width and height in pixels. */
  readonly size: number;
  readonly edges: ViewEdges;
  /** False for what evaluation sees: cut, composited and normalized only. */
  readonly recolor: boolean;
}

/**
 * Cut, composited, recolored, blurred, solarized, normalized.
 * @param pixels b images, (h, w, 3 or 4) uint8 on the CPU
 * @param views views·b parameters, view-major
 * @returns (views·b, 3, size, size) float32, channels last
 */
export function fusedViews(
  pixels: readonly Tensor[],
  views: readonly ViewParameters[],
  recipe: Recipe,
  options: FusedOptions,
): Tensor {
  const { parameters, how } = drawnRows(pixels.length, views, recipe, options);
  return imageViews(pixels, parameters, how);
}

/** The same on a thread of its own. The tensors of the parameters belong to the caller's scope; the work keeps what it needs. */
export function fusedViewsLater(
  pixels: readonly Tensor[],
  views: readonly ViewParameters[],
  recipe: Recipe,
  { later, ...options }: FusedOptions & { readonly later: LaterViews },
): Promise<Tensor> {
  const { parameters, how } = drawnRows(pixels.length, views, recipe, options);
  return imageViewsLater(pixels, parameters, how, later);
}

/** What the operator takes beside the images. */
function drawnRows(
  images: number,
  views: readonly ViewParameters[],
  recipe: Recipe,
  { size, edges, recolor }: FusedOptions,
): { parameters: Tensor; how: ImageViewsOptions } {
  const n = views.length;
  const mode: Mode = !recolor || recipe.color === null ? 0 : recipe.color.method === 'hsv' ? 1 : 2;
  const rows = parameterRows(views, images, mode);
  const how: ImageViewsOptions = {
    matrices: mode === 2 ? tensor(matrixRows(views), { shape: [n, 10] }) : null,
    grids: views.some(({ background }) => background !== null)
      ? tensor(gridRows(views), { shape: [n, gridSize] })
      : null,
    out: size,
    edges,
    kernel: recipe.blur?.kernel ?? 1,
    threshold: recipe.solarize?.threshold ?? 1,
    ...recipe.normalize,
  };
  return { parameters: tensor(rows, { shape: [n, viewColumns.length] }), how };
}

// Views of images in one pass over each (native/views.cpp): an operator of our own beside ATen's.
import { native } from './native.js';
import { handles, operator, resolve } from './operators.js';
import { runSetup } from './setup/choose-addon.js';
import { LibtorchError } from './setup/libtorch-error.js';
import { type Tensor, wrap } from './tensor.js';

const VIEWS = operator('xclr::image_views', '');
const POLICY = operator('xclr::policy_', '');

/** Columns of `parameters`, in their order. */
export const viewColumns = [
  'image',
  'x',
  'y',
  'width',
  'height',
  'flip',
  'mode',
  'brightness',
  'contrast',
  'saturation',
  'hue',
  'first',
  'second',
  'third',
  'fourth',
  'gray',
  'sigma',
  'solarize',
  'cells',
] as const;

/**
 * Where filters end. 'box': at the box, as torchvision's crop then resize has it. 'image': at the image's edges, as its
 * resize then crop has it. 'none': nowhere, and what lies outside the image is transparent.
 */
export type ViewEdges = 'box' | 'image' | 'none';

/** In the order of the operator's numbers. */
const edgeKinds: readonly ViewEdges[] = ['box', 'image', 'none'];

export interface ImageViewsOptions {
  /** (n, 10) float32: a 3×3 color matrix and the fraction of the mean luma that is added; for rows of mode 2. */
  readonly matrices?: Tensor | null;
  /** (n, 108) float32: cells × cells × (r, g, b), row-major, at the head of each row; for rows with cells. */
  readonly grids?: Tensor | null;
  /** Size of a view: width and height in pixels. */
  readonly out: number;
  readonly edges: ViewEdges;
  /** Taps of the blur, odd. */
  readonly kernel?: number;
  /** Solarize inverts values from here on. */
  readonly threshold?: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/**
 * Cuts, resamples (antialiased triangle), composites, recolors, blurs, solarizes and normalizes, on the CPU, with one
 * thread a view; a view's bits depend on its own image and parameters alone.
 * @param pixels b images, each (height, width, 3 or 4) uint8, contiguous, of its own size
 * @param parameters (n, 19) float64, a row a view, columns as in viewColumns: the image's place in the batch; the box
 *   in fractions of the image's width and height; mode 0 (colors stay), 1 (torchvision's four adjustments) or 2 (matrix); four
 *   factors; the order of the four (0 brightness … 3 hue); gray, sigma (pixels, 0: none), solarize, cells (0: white)
 * @returns (n, 3, out, out) float32 in channels-last memory
 */
export function imageViews(
  pixels: readonly Tensor[],
  parameters: Tensor,
  { matrices = null, grids = null, out, edges, kernel = 1, threshold = 1, mean, std }: ImageViewsOptions,
): Tensor {
  const id = VIEWS.id ?? resolveViews();
  return wrap(
    native.call(
      id,
      handles(pixels),
      parameters.handle,
      matrices?.handle ?? null,
      grids?.handle ?? null,
      out,
      edgeKinds.indexOf(edges),
      kernel,
      threshold,
      mean,
      std,
    ),
  );
}

/** How views travel to another device. */
export interface LaterViews {
  /** In pinned memory, from which a GPU fetches them by itself. */
  readonly pinned: boolean;
}

/** `imageViews` on a thread of its own, while this one goes on. The images' memory must not change until then. */
export async function imageViewsLater(
  pixels: readonly Tensor[],
  parameters: Tensor,
  { matrices = null, grids = null, out, edges, kernel = 1, threshold = 1, mean, std }: ImageViewsOptions,
  { pinned }: LaterViews,
): Promise<Tensor> {
  if (VIEWS.id === undefined) resolveViews();
  const rows = [parameters.handle, matrices?.handle ?? null, grids?.handle ?? null] as const;
  const how = [out, edgeKinds.indexOf(edges), kernel, threshold, mean, std, pinned] as const;
  return wrap(await native.imageViewsLater(handles(pixels), ...rows, ...how));
}

/** An addon of an earlier version knows another operator. */
function resolveViews(): number {
  if (native.schemaText(VIEWS.name, '') === null)
    throw new LibtorchError('imageViews: the native addon was built from an earlier version.', runSetup);
  return resolve(VIEWS);
}

/** Those of the operations below whose magnitude has a sign. */
export const signedPolicyOperations = [
  'ShearX',
  'ShearY',
  'TranslateX',
  'TranslateY',
  'Rotate',
  'Brightness',
  'Color',
  'Contrast',
  'Sharpness',
] as const;

/** The operations that policy_ knows, by their numbers; names are torchvision's (Color is AutoAugment's saturation). */
export const policyOperations = [
  'Identity',
  ...signedPolicyOperations,
  'Posterize',
  'Solarize',
  'AutoContrast',
  'Equalize',
  'Invert',
] as const;

export type PolicyOperation = (typeof policyOperations)[number];

/**
 * Applies to each image its own list of AutoAugment's operations, in place, on the CPU; to the bit as torchvision 0.14
 * does to uint8 tensors (affine ones with nearest neighbors, black outside).
 * @param self (n, 3, h, w) uint8, contiguous
 * @param steps (n, k, 2) float64: the operation's number and its magnitude in torchvision's own unit
 */
export function policy_(self: Tensor, steps: Tensor): Tensor {
  native.call(POLICY.id ?? resolve(POLICY), self.handle, steps.handle);
  return self;
}

// What happens to an image on its way into the encoder: typed recipes, and presets to start from.

/** An interval [from, to] that a number is drawn from. */
export type Range = readonly [from: number, to: number];

/** Random resized crop: a window inside the image, for photographs. As torchvision's RandomResizedCrop. */
export interface CropGeometry {
  readonly kind: 'crop';
  /** Fraction of the image's area in the window. Larger fractions make views more similar and the task easier. */
  readonly scale: Range;
  /** Width over height of the window, drawn log-uniformly. */
  readonly ratio: Range;
  /** Probability of mirroring left and right. 0 where direction matters (text, arrows). */
  readonly flip: number;
}

/** Placement on a canvas, for cut-out drawings and products: the image is scaled and set down somewhere. */
export interface PlaceGeometry {
  readonly kind: 'place';
  /** Longer side of the image over the side of the view, log-uniform; above 1 it is zoomed in. */
  readonly size: Range;
  /** Fraction of the image's side that stays inside the view (or of the view that stays covered, when zoomed in); 1 is all. */
  readonly overlap: number;
  /** Random stretch: width over height is multiplied by a log-uniform draw from this. [1, 1] is none. */
  readonly ratio: Range;
  readonly flip: number;
}

/** SimCLR's color jitter: factors are drawn from [max(0, 1 − v), 1 + v], the hue shift from [−v, v] turns. */
export interface ColorJitter {
  /** Fraction of the views that are changed. */
  readonly probability: number;
  readonly brightness: number;
  readonly contrast: number;
  readonly saturation: number;
  /** At most 0.5. */
  readonly hue: number;
  /**
   * 'hsv': torchvision's adjust_brightness, _contrast, _saturation, _hue. 'affine': one linear map of the colors a view, with the hue turned in
   * YIQ and clipping at the end only; several times as fast, and what matters (color no longer tells) is the same.
   */
  readonly method: 'hsv' | 'affine';
  /**
   * Of the four adjustments of 'hsv': 'random' shuffles them for each view, as torchvision's ColorJitter does; 'fixed'
   * (default) is brightness, contrast, saturation, hue.
   */
  readonly order?: 'fixed' | 'random';
}

/** A policy of AutoAugment's operations, between the crop and the color jitter. */
export type Policy =
  /** Cubuk et al. 2019 (arXiv 1805.09501), the ImageNet policy: one of 25 pairs of operations a view. */
  | { readonly kind: 'auto-augment' }
  /** Cubuk et al. 2020 (arXiv 1909.13719): `operations` of 14, each at `magnitude` of 0 … 30. torchvision: 2 and 9. */
  | { readonly kind: 'rand-augment'; readonly operations: number; readonly magnitude: number };

/** Random erasing (Zhong et al. 2020, arXiv 1708.04896), after normalization, as torchvision's RandomErasing. */
export interface Erasing {
  readonly probability: number;
  /** Fraction of the view's area that is erased. */
  readonly scale: Range;
  /** Height over width of the rectangle, log-uniform (torchvision's ratio is this way round here, and not in crops). */
  readonly ratio: Range;
  /**
   * What it becomes, in normalized values: a number for every channel (0 is the mean color), one for each of red, green
   * and blue, or standard normal noise.
   */
  readonly value: number | readonly [red: number, green: number, blue: number] | 'random';
}

/** Everything that happens to a training view and to an evaluation view. */
export interface Recipe {
  readonly geometry: CropGeometry | PlaceGeometry;
  /** What shows through transparent parts: white, or for each view a random color or soft color noise. */
  readonly background: 'white' | 'random';
  readonly policy?: Policy | null;
  readonly color: ColorJitter | null;
  /** Probability that a view loses its color. */
  readonly gray: number;
  /**
   * Gaussian blur. `sigma` is in pixels of the view, `kernel` the taps a side (odd); SimCLR takes a tenth of the side.
   */
  readonly blur: { readonly probability: number; readonly sigma: Range; readonly kernel: number } | null;
  /** Inverts values of at least `threshold` (0 … 1). Used by BYOL and its successors. */
  readonly solarize: { readonly probability: number; readonly threshold: number } | null;
  readonly erasing?: Erasing | null;
  /** Subtracted from, and divided into, values in 0 … 1, for red, green, blue. */
  readonly normalize: { readonly mean: readonly number[]; readonly std: readonly number[] };
  /**
   * Multi-crop: small views of small parts, beside the two of full size. They cost little and ask the encoder to know
   * the whole by a part; null makes two views only. Needs a geometry of kind 'crop'.
   */
  readonly localCrops: LocalCrops | null;
  readonly evaluation: EvaluationGeometry;
}

/** Views of a part of the image, at a smaller size; everything else is as in the full views. */
export interface LocalCrops {
  /** Local views a sample. Each adds (size / full size)² of a full view's cost, and a row to the loss. */
  readonly count: number;
  /** Size in pixels, at least 8. */
  readonly size: number;
  /** Fraction of the image's area in the window. */
  readonly scale: Range;
}

/** How an image is shown for evaluation; nothing here depends on an epoch. */
export interface EvaluationGeometry {
  /** 'crop': the centered square of this fraction of the shorter side. 'place': as in training, from a seed. */
  readonly geometry: { readonly kind: 'crop'; readonly fraction: number } | PlaceGeometry;
  /** 'random' is drawn from the seed, the sample and the rendering: the same in every run. */
  readonly background: 'white' | 'random';
}

/** Channel statistics of ImageNet, as torchvision's pretrained networks expect them. */
export const imagenetStatistics = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;

/** SimCLR's recipe (Chen et al. 2020, arXiv 2002.05709, appendix A) at strength 1, for photographs of `size` pixels. @internal */
export function simclrRecipe(size = 224): Recipe {
  return {
    geometry: { kind: 'crop', scale: [0.08, 1], ratio: [3 / 4, 4 / 3], flip: 0.5 },
    background: 'white',
    color: {
      probability: 0.8,
      brightness: 0.8,
      contrast: 0.8,
      saturation: 0.8,
      hue: 0.2,
      method: 'hsv',
      order: 'random',
    },
    gray: 0.2,
    blur: { probability: 0.5, sigma: [0.1, 2], kernel: Math.max(3, Math.floor(size / 20) * 2 + 1) },
    solarize: null,
    policy: null,
    erasing: null,
    localCrops: null,
    normalize: imagenetStatistics,
    evaluation: { geometry: { kind: 'crop', fraction: 0.875 }, background: 'white' },
  };
}

/** Gentle: for fine-tuning, small sets, and data where color is the point. Crops of at least half the image. @internal */
export const lightRecipe: Recipe = {
  geometry: { kind: 'crop', scale: [0.5, 1], ratio: [3 / 4, 4 / 3], flip: 0.5 },
  background: 'white',
  color: { probability: 0.8, brightness: 0.2, contrast: 0.2, saturation: 0.2, hue: 0.05, method: 'affine' },
  gray: 0,
  blur: null,
  solarize: null,
  policy: null,
  erasing: null,
  localCrops: null,
  normalize: imagenetStatistics,
  evaluation: { geometry: { kind: 'crop', fraction: 1 }, background: 'white' },
};

/**
 * For the emoji set and other cut-outs: the drawing is scaled and placed on random backgrounds, in evaluation too,
 * so that images cannot be recognized by position or background, and raw pixels cannot be compared.
 * @internal
 */
export const emojiRecipe: Recipe = {
  geometry: { kind: 'place', size: [0.6, 1.2], overlap: 0.9, ratio: [3 / 4, 4 / 3], flip: 0.5 },
  background: 'random',
  color: { probability: 0.8, brightness: 0.2, contrast: 0.2, saturation: 0.2, hue: 0.05, method: 'affine' },
  gray: 0.2,
  blur: null,
  solarize: null,
  policy: null,
  erasing: null,
  localCrops: null,
  normalize: { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
  evaluation: {
    geometry: { kind: 'place', size: [0.5, 0.9], overlap: 1, ratio: [1, 1], flip: 0 },
    background: 'random',
  },
};

/** SupCon's recipe for ImageNet (Khosla et al. 2020, arXiv 2004.11362, and its code): milder crops and colors, no blur. @internal */
export const supconRecipe: Recipe = {
  ...lightRecipe,
  geometry: { kind: 'crop', scale: [0.2, 1], ratio: [3 / 4, 4 / 3], flip: 0.5 },
  color: {
    probability: 0.8,
    brightness: 0.4,
    contrast: 0.4,
    saturation: 0.4,
    hue: 0.1,
    method: 'hsv',
    order: 'random',
  },
  gray: 0.2,
  evaluation: { geometry: { kind: 'crop', fraction: 0.875 }, background: 'white' },
};

/** MoCo v2's recipe (Chen et al. 2020, arXiv 2003.04297): SupCon's, with SimCLR's blur. @internal */
export function mocov2Recipe(size = 224): Recipe {
  return { ...supconRecipe, blur: simclrRecipe(size).blur };
}

/** Random crops, flips and AutoAugment's ImageNet policy: what the X-CLR paper uses on ImageNet. @internal */
export const autoAugmentRecipe: Recipe = {
  ...supconRecipe,
  geometry: { kind: 'crop', scale: [0.08, 1], ratio: [3 / 4, 4 / 3], flip: 0.5 },
  policy: { kind: 'auto-augment' },
  color: null,
  gray: 0,
};

/** Random crops, flips, RandAugment with two operations at magnitude 9 of 30, and random erasing in a quarter of the views. @internal */
export const randAugmentRecipe: Recipe = {
  ...autoAugmentRecipe,
  policy: { kind: 'rand-augment', operations: 2, magnitude: 9 },
  erasing: { probability: 0.25, scale: [0.02, 0.33], ratio: [0.3, 3.3], value: 0 },
};

/**
 * SwAV's multi-crop (Caron et al. 2020, arXiv 2006.09882, appendix A.1) with SimCLR's colors: two views of 14 to 100 % of
 * the image, and six of 5 to 14 % at 96/224 of the side. Local views are rounded to whole steps of 8 pixels.
 * @internal
 */
export function multiCropRecipe(size = 224): Recipe {
  const base = simclrRecipe(size);
  return {
    ...base,
    geometry: { kind: 'crop', scale: [0.14, 1], ratio: [3 / 4, 4 / 3], flip: 0.5 },
    localCrops: { count: 6, size: Math.max(8, Math.round((size * 96) / 224 / 8) * 8), scale: [0.05, 0.14] },
  };
}

/** The presets by name, each for views of `size` pixels. */
export const recipes = {
  simclr: simclrRecipe,
  supcon: () => supconRecipe,
  mocov2: mocov2Recipe,
  autoaugment: () => autoAugmentRecipe,
  randaugment: () => randAugmentRecipe,
  light: () => lightRecipe,
  emoji: () => emojiRecipe,
  multicrop: multiCropRecipe,
} as const satisfies Record<string, (size: number) => Recipe>;

/** Name of a preset. */
export type RecipeName = keyof typeof recipes;

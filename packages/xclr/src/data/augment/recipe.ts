// What happens to a picture on its way into the encoder: typed recipes, and presets to start from.

/** An interval [from, to] that a number is drawn from. */
export type Range = readonly [from: number, to: number];

/** Random resized crop: a window inside the picture, for photographs. As torchvision's RandomResizedCrop. */
export interface CropGeometry {
  readonly kind: 'crop';
  /** Share of the picture's area in the window. Larger shares make views more alike and the task easier. */
  readonly scale: Range;
  /** Width over height of the window, drawn log-uniformly. */
  readonly ratio: Range;
  /** Probability of mirroring left and right. 0 where direction matters (text, arrows). */
  readonly flip: number;
}

/** Placement on a canvas, for cut-out drawings and products: the picture is scaled and set down somewhere. */
export interface PlaceGeometry {
  readonly kind: 'place';
  /** Longer side of the picture over the side of the view, log-uniform; above 1 it is zoomed in. */
  readonly size: Range;
  /** Share of the picture's side that stays inside the view (or of the view that stays covered, when zoomed in); 1 is all. */
  readonly overlap: number;
  /** Random stretch: width over height is multiplied by a log-uniform draw from this. [1, 1] is none. */
  readonly ratio: Range;
  readonly flip: number;
}

/** SimCLR's colour jitter: factors are drawn from [max(0, 1 − v), 1 + v], the hue shift from [−v, v] turns. */
export interface ColourJitter {
  /** Share of the views that are changed. */
  readonly probability: number;
  readonly brightness: number;
  readonly contrast: number;
  readonly saturation: number;
  /** At most 0.5. */
  readonly hue: number;
  /**
   * 'hsv': torchvision's adjust_brightness, _contrast, _saturation, _hue. 'affine': one linear map of the colours a view, with the hue turned in
   * YIQ and clipping at the end only; several times as fast, and what matters (colour no longer tells) is the same.
   */
  readonly method: 'hsv' | 'affine';
  /**
   * Of the four adjustments of 'hsv': 'random' shuffles them for each view, as torchvision's ColorJitter does; 'fixed'
   * (default) is brightness, contrast, saturation, hue.
   */
  readonly order?: 'fixed' | 'random';
}

/** A policy of AutoAugment's operations, between the crop and the colour jitter. */
export type Policy =
  /** Cubuk et al. 2019 (arXiv 1805.09501), the ImageNet policy: one of 25 pairs of operations a view. */
  | { readonly kind: 'auto-augment' }
  /** Cubuk et al. 2020 (arXiv 1909.13719): `operations` of 14, each at `magnitude` of 0 … 30. torchvision: 2 and 9. */
  | { readonly kind: 'rand-augment'; readonly operations: number; readonly magnitude: number };

/** Random erasing (Zhong et al. 2020, arXiv 1708.04896), after normalisation, as torchvision's RandomErasing. */
export interface Erasing {
  readonly probability: number;
  /** Share of the view's area that is erased. */
  readonly scale: Range;
  /** Width over height of the rectangle, log-uniform. */
  readonly ratio: Range;
  /** What it becomes: a number for every channel (0 is the mean colour), or standard normal noise. */
  readonly value: number | 'random';
}

/** Everything that happens to a training view and to an evaluation view. */
export interface Recipe {
  readonly geometry: CropGeometry | PlaceGeometry;
  /** What shows through transparent parts: white, or for each view a random colour or soft colour noise. */
  readonly background: 'white' | 'random';
  readonly policy?: Policy | null;
  readonly colour: ColourJitter | null;
  /** Probability that a view loses its colour. */
  readonly grey: number;
  /**
   * Gaussian blur. `sigma` is in pixels of the view, `kernel` the taps a side (odd); SimCLR takes a tenth of the side.
   */
  readonly blur: { readonly probability: number; readonly sigma: Range; readonly kernel: number } | null;
  /** Inverts values of at least `threshold` (0 … 1). Used by BYOL and its successors. */
  readonly solarize: { readonly probability: number; readonly threshold: number } | null;
  readonly erasing?: Erasing | null;
  /** Subtracted from, and divided into, values in 0 … 1, for red, green, blue. */
  readonly normalise: { readonly mean: readonly number[]; readonly std: readonly number[] };
  readonly evaluation: EvaluationGeometry;
}

/** How a picture is shown for evaluation; nothing here depends on an epoch. */
export interface EvaluationGeometry {
  /** 'crop': the centred square of this share of the shorter side. 'place': as in training, from a seed. */
  readonly geometry: { readonly kind: 'crop'; readonly share: number } | PlaceGeometry;
  /** 'random' is drawn from the seed, the sample and the rendering: the same in every run. */
  readonly background: 'white' | 'random';
}

/** Channel statistics of ImageNet, as torchvision's pretrained networks expect them. */
export const imagenetStatistics = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;

/** SimCLR's recipe (Chen et al. 2020, arXiv 2002.05709, appendix A) at strength 1, for photographs of `size` pixels. */
export function simclrRecipe(size = 224): Recipe {
  return {
    geometry: { kind: 'crop', scale: [0.08, 1], ratio: [3 / 4, 4 / 3], flip: 0.5 },
    background: 'white',
    colour: {
      probability: 0.8,
      brightness: 0.8,
      contrast: 0.8,
      saturation: 0.8,
      hue: 0.2,
      method: 'hsv',
      order: 'random',
    },
    grey: 0.2,
    blur: { probability: 0.5, sigma: [0.1, 2], kernel: Math.max(3, Math.floor(size / 20) * 2 + 1) },
    solarize: null,
    normalise: imagenetStatistics,
    evaluation: { geometry: { kind: 'crop', share: 0.875 }, background: 'white' },
  };
}

/** Gentle: for fine-tuning, small sets, and data where colour is the point. Crops of at least half the picture. */
export const lightRecipe: Recipe = {
  geometry: { kind: 'crop', scale: [0.5, 1], ratio: [3 / 4, 4 / 3], flip: 0.5 },
  background: 'white',
  colour: { probability: 0.8, brightness: 0.2, contrast: 0.2, saturation: 0.2, hue: 0.05, method: 'affine' },
  grey: 0,
  blur: null,
  solarize: null,
  normalise: imagenetStatistics,
  evaluation: { geometry: { kind: 'crop', share: 1 }, background: 'white' },
};

/**
 * For the emoji set and other cut-outs: the drawing is scaled and placed on random backgrounds, in evaluation too,
 * so that neither position nor background tells pictures apart and raw pixels cannot be compared.
 */
export const emojiRecipe: Recipe = {
  geometry: { kind: 'place', size: [0.6, 1.2], overlap: 0.9, ratio: [3 / 4, 4 / 3], flip: 0.5 },
  background: 'random',
  colour: { probability: 0.8, brightness: 0.2, contrast: 0.2, saturation: 0.2, hue: 0.05, method: 'affine' },
  grey: 0.2,
  blur: null,
  solarize: null,
  normalise: { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
  evaluation: {
    geometry: { kind: 'place', size: [0.5, 0.9], overlap: 1, ratio: [1, 1], flip: 0 },
    background: 'random',
  },
};

/** SupCon's recipe for ImageNet (Khosla et al. 2020, arXiv 2004.11362, and its code): milder crops and colours, no blur. */
export const supconRecipe: Recipe = {
  ...lightRecipe,
  geometry: { kind: 'crop', scale: [0.2, 1], ratio: [3 / 4, 4 / 3], flip: 0.5 },
  colour: {
    probability: 0.8,
    brightness: 0.4,
    contrast: 0.4,
    saturation: 0.4,
    hue: 0.1,
    method: 'hsv',
    order: 'random',
  },
  grey: 0.2,
  evaluation: { geometry: { kind: 'crop', share: 0.875 }, background: 'white' },
};

/** MoCo v2's recipe (Chen et al. 2020, arXiv 2003.04297): SupCon's, with SimCLR's blur. */
export function mocov2Recipe(size = 224): Recipe {
  return { ...supconRecipe, blur: simclrRecipe(size).blur };
}

/** Random crops, flips and AutoAugment's ImageNet policy: what the X-CLR paper uses on ImageNet. */
export const autoAugmentRecipe: Recipe = {
  ...supconRecipe,
  geometry: { kind: 'crop', scale: [0.08, 1], ratio: [3 / 4, 4 / 3], flip: 0.5 },
  policy: { kind: 'auto-augment' },
  colour: null,
  grey: 0,
};

/** Random crops, flips, RandAugment with two operations at magnitude 9 of 30, and random erasing in a quarter of the views. */
export const randAugmentRecipe: Recipe = {
  ...autoAugmentRecipe,
  policy: { kind: 'rand-augment', operations: 2, magnitude: 9 },
  erasing: { probability: 0.25, scale: [0.02, 0.33], ratio: [0.3, 3.3], value: 0 },
};

/** The presets by name, each for views of `size` pixels. */
export const recipes = {
  simclr: simclrRecipe,
  supcon: () => supconRecipe,
  mocov2: mocov2Recipe,
  autoaugment: () => autoAugmentRecipe,
  randaugment: () => randAugmentRecipe,
  light: () => lightRecipe,
  emoji: () => emojiRecipe,
} as const satisfies Record<string, (size: number) => Recipe>;

/** Name of a preset. */
export type RecipeName = keyof typeof recipes;

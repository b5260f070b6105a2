// Where a view looks: a box in fractions of the image's width and height.

import type { Random } from '../../util/random.js';
import type { CropGeometry, PlaceGeometry, Range } from './recipe.js';

/**
 * The part of an image that fills the view, in fractions of its width and height; (0, 0) is the top left corner and
 * (1, 1) the bottom right. A box may reach beyond the image, where there is background.
 */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly flip: boolean;
}

function logUniform(random: Random, [from, to]: Range): number {
  return Math.exp(random.between(Math.log(from), Math.log(to)));
}

/**
 * torchvision's RandomResizedCrop.get_params in continuous coordinates (torchvision rounds to pixels): an area and a
 * log-uniform ratio, ten tries to fit them in, else the largest centered window of an allowed ratio.
 * @param aspect width over height of the original image
 */
export function cropBox(random: Random, geometry: CropGeometry, aspect: number): Box {
  const { scale, ratio } = geometry;
  const flip = random.chance(geometry.flip);
  for (let tries = 0; tries < 10; tries++) {
    const area = aspect * random.between(scale[0], scale[1]); // of an image of height 1
    const chosen = logUniform(random, ratio);
    const width = Math.sqrt(area * chosen) / aspect;
    const height = Math.sqrt(area / chosen);
    if (width <= 1 && height <= 1) {
      const x = random.between(0, 1 - width);
      return { x, y: random.between(0, 1 - height), width, height, flip };
    }
  }
  const width = aspect > ratio[1] ? ratio[1] / aspect : 1;
  const height = aspect < ratio[0] ? aspect / ratio[0] : 1;
  return { x: (1 - width) / 2, y: (1 - height) / 2, width, height, flip };
}

/** Start of an image of length `length` in a view of length 1, uniform between the extremes that overlap allows. */
function placeStart(random: Random, length: number, overlap: number): number {
  const slack = (1 - overlap) * Math.min(length, 1);
  return random.between(Math.min(0, 1 - length) - slack, Math.max(0, 1 - length) + slack);
}

/** An image of its own proportions, scaled and set down somewhere in the view. */
export function placementBox(random: Random, geometry: PlaceGeometry, aspect: number): Box {
  const size = logUniform(random, geometry.size);
  const stretch = Math.sqrt(logUniform(random, geometry.ratio));
  const width = size * Math.min(1, aspect) * stretch; // of the image, in views
  const height = (size * Math.min(1, 1 / aspect)) / stretch;
  const left = placeStart(random, width, geometry.overlap);
  const top = placeStart(random, height, geometry.overlap);
  const flip = random.chance(geometry.flip);
  return { x: -left / width, y: -top / height, width: 1 / width, height: 1 / height, flip };
}

/** Aspect ratios in float32 lose this much of a long side in pixels, at most. */
const rounding = 1e-4;

/**
 * The centered square of a fraction of the shorter side: resize and center crop in one. Whole pixels where torchvision and
 * Hugging Face's processors have them: the shorter side becomes `size / fraction`, rounded, the longer one is cut to a
 * whole number, and so is the crop's place (torchvision rounds an odd rest to even: then half of such crops begin a pixel
 * later).
 * @param size of the view, in pixels
 * @param aspect width over height of the original image
 */
export function centerBox(fraction: number, size: number, aspect: number): Box {
  const short = Math.round(size / fraction);
  const long = Math.floor(short * Math.max(aspect, 1 / aspect) + rounding);
  const [width, height] = aspect < 1 ? [short, long] : [long, short];
  const left = Math.floor((width - size) / 2);
  const top = Math.floor((height - size) / 2);
  return { x: left / width, y: top / height, width: size / width, height: size / height, flip: false };
}

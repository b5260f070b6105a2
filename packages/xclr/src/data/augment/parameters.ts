// The random parameters of views, drawn on the host from (seed, epoch, sample, view): the same in any batch.

import { purpose, Random } from '../../util/random.js';
import { type Box, centerBox, cropBox, placementBox } from './boxes.js';
import { drawErased, type ErasedBox } from './erase.js';
import { drawPolicy, type PolicyStep } from './policy.js';
import type { ColorJitter, EvaluationGeometry, Recipe } from './recipe.js';

/** Cells a side of the finest background noise. */
export const backgroundCells = 6;

/** Sizes of background grids, equally likely; 1 is one color, listed twice so that a third are plain. */
const gridSizes = [1, 1, 2, 3, 4, 6];

/** One view's background: cells × cells colors (r, g, b in 0 … 1), stretched over the view. */
export interface Background {
  readonly cells: number;
  readonly colors: Float32Array;
}

/** One view's color change; 1, 1, 1, 0 changes nothing. */
export interface ColorChange {
  readonly brightness: number;
  readonly contrast: number;
  readonly saturation: number;
  /** In turns. */
  readonly hue: number;
}

/** Everything random about one view. */
export interface ViewParameters {
  readonly box: Box;
  readonly background: Background | null;
  /** Operations of the recipe's policy with their magnitudes, in order. */
  readonly policy: readonly PolicyStep[];
  readonly color: ColorChange;
  /** Order of the four adjustments: 0 brightness, 1 contrast, 2 saturation, 3 hue. */
  readonly colorOrder: readonly number[];
  readonly gray: boolean;
  /** Standard deviation in pixels, or null for no blur. */
  readonly blur: number | null;
  readonly solarize: boolean;
  /** Rectangle to erase, or null. */
  readonly erased: ErasedBox | null;
}

const fixedOrder: readonly number[] = [0, 1, 2, 3];

/** Fisher–Yates over the four adjustments. */
function shuffledOrder(random: Random): number[] {
  const order = [...fixedOrder];
  for (let i = 3; i > 0; i--) {
    const j = random.below(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

const unchanged: ColorChange = { brightness: 1, contrast: 1, saturation: 1, hue: 0 };

/** A plain color, or color noise that varies softly around one, more or less strongly. @internal */
export function drawBackground(random: Random): Background {
  const cells = gridSizes[random.below(gridSizes.length)]!;
  const strength = cells === 1 ? 0 : random.uniform();
  const base = [random.uniform(), random.uniform(), random.uniform()];
  const colors = new Float32Array(cells * cells * 3);
  for (let i = 0; i < colors.length; i++) {
    const plain = base[i % 3]!;
    colors[i] = strength === 0 ? plain : plain * (1 - strength) + strength * random.uniform();
  }
  return { cells, colors };
}

function drawColor(random: Random, jitter: ColorJitter | null): ColorChange {
  if (jitter === null || !random.chance(jitter.probability)) return unchanged;
  const factor = (strength: number) => random.between(Math.max(0, 1 - strength), 1 + strength);
  return {
    brightness: factor(jitter.brightness),
    contrast: factor(jitter.contrast),
    saturation: factor(jitter.saturation),
    hue: random.between(-jitter.hue, jitter.hue),
  };
}

/** What names a training view. */
export interface ViewKey {
  readonly seed: number;
  readonly epoch: number;
  /** Index of the sample in its dataset. */
  readonly sample: number;
  readonly view: number;
}

/** Draws a training view's parameters. Each purpose has its own stream, so changing one part of a recipe leaves the others. */
export function drawView(
  recipe: Recipe,
  { seed, epoch, sample, view }: ViewKey,
  aspect: number,
): ViewParameters {
  const stream = (use: number) => new Random(seed, epoch, sample, view, use);
  const { geometry, blur, solarize, policy, erasing } = recipe;
  const placing = stream(purpose.crop);
  const coloring = stream(purpose.color);
  const color = drawColor(coloring, recipe.color);
  const gray = recipe.gray > 0 && coloring.chance(recipe.gray);
  const solarized = solarize !== null && coloring.chance(solarize.probability);
  const blurring = blur === null ? null : stream(purpose.blur);
  return {
    box:
      geometry.kind === 'crop' ? cropBox(placing, geometry, aspect) : placementBox(placing, geometry, aspect),
    background: recipe.background === 'white' ? null : drawBackground(stream(purpose.background)),
    policy: policy ? drawPolicy(stream(purpose.policy), policy) : [],
    color,
    colorOrder: recipe.color?.order === 'random' ? shuffledOrder(stream(purpose.colorOrder)) : fixedOrder,
    gray,
    blur:
      blur !== null && blurring?.chance(blur.probability)
        ? blurring.between(blur.sigma[0], blur.sigma[1])
        : null,
    solarize: solarized,
    erased: erasing ? drawErased(stream(purpose.erasing), erasing) : null,
  };
}

/** Parameters of an evaluation view of `size` pixels; `rendering` numbers several views of one sample. */
export function drawEvaluationView(
  { geometry, background }: EvaluationGeometry,
  { seed, sample, rendering }: { seed: number; sample: number; rendering: number },
  { size, aspect }: { size: number; aspect: number },
): ViewParameters {
  // No epoch is −1: evaluation never shares numbers with training.
  const stream = (use: number) => new Random(seed, -1, sample, rendering, use);
  return {
    box:
      geometry.kind === 'crop'
        ? centerBox(geometry.fraction, size, aspect)
        : placementBox(stream(purpose.placement), geometry, aspect),
    background: background === 'white' ? null : drawBackground(stream(purpose.background)),
    policy: [],
    color: unchanged,
    colorOrder: fixedOrder,
    gray: false,
    blur: null,
    solarize: false,
    erased: null,
  };
}

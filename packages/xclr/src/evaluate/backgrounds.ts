// Images whose object stands before another image's background, after ImageNet-9 (Xiao et al. 2020, arXiv 2006.09994).

import { type Tensor, tensor } from '@xclr/torch';
import type { Dataset, Sample } from '../data/types.js';
import { purpose, Random } from '../util/random.js';
import { classOf } from './filter.js';

/** An object's place, as fractions of the image's width and height: 0 … 1 from the left and the top. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Fractions of the image: smaller objects are lost in it, larger ones leave no background. */
const objectArea = { least: 0.05, most: 0.7 };
/** The widest strip beside the object has at least this fraction of the image's side. */
const leastStrip = 0.15;

/** @param text "left top right bottom" as fractions, parted by spaces or commas @returns null where it is no box inside the image @internal */
export function parseBox(text: string | null): Box | null {
  const numbers = (text ?? '')
    .trim()
    .split(/[\s,]+/)
    .map(Number);
  if (numbers.length !== 4 || !numbers.every((value) => value >= 0 && value <= 1)) return null;
  const [left, top, right, bottom] = numbers as [number, number, number, number];
  return right > left && bottom > top ? { left, top, right, bottom } : null;
}

type Side = 'left' | 'top' | 'right' | 'bottom';

/** The side of the box with the widest strip of background, and that strip's fraction of the image's side. */
function widestStrip({ left, top, right, bottom }: Box): { side: Side; width: number } {
  const strips: [Side, number][] = [
    ['left', left],
    ['top', top],
    ['right', 1 - right],
    ['bottom', 1 - bottom],
  ];
  const [side, width] = strips.reduce((widest, strip) => (strip[1] > widest[1] ? strip : widest));
  return { side, width };
}

/** The box of an image whose object can be cut out and whose background can stand without it; null for others. */
export function usableBox(sample: Sample, column: string): Box | null {
  const box = parseBox(classOf(sample, column));
  if (box === null) return null;
  const area = (box.right - box.left) * (box.bottom - box.top);
  const usable = area >= objectArea.least && area <= objectArea.most && widestStrip(box).width >= leastStrip;
  return usable ? box : null;
}

export type Partner = 'same' | 'random';

/**
 * Another image for each of some images, whose background it gets: of the same class ('same') or of any other ('random'), drawn
 * from all of them by an image's own stream of chance, so that every method sees the same.
 * @returns sample → sample; without those that no other image suits
 */
export function drawPartners(
  { samples }: Dataset,
  usable: Int32Array,
  { label, partner }: { readonly label: string; readonly partner: Partner },
): Map<number, number> {
  const classAt = (sample: number) => classOf(samples[sample]!, label);
  const classed = usable.filter((sample) => classAt(sample) !== null);
  const classes = new Map<string | null, Int32Array>();
  for (const own of new Set(Array.from(classed, classAt)))
    classes.set(
      own,
      classed.filter((sample) => classAt(sample) === own),
    );
  const partners = new Map<number, number>();
  for (const sample of classed) {
    const mates = classes.get(classAt(sample))!;
    const [among, fits, count] =
      partner === 'same'
        ? [mates, (other: number) => other !== sample, mates.length - 1]
        : [classed, (other: number) => classAt(other) !== classAt(sample), classed.length - mates.length];
    if (count === 0) continue;
    const random = new Random(sample, partner === 'same' ? 0 : 1, purpose.background, purpose.evaluation);
    const draw = () => among[Math.floor(random.uniform() * among.length)]!;
    let other = draw();
    while (!fits(other)) other = draw();
    partners.set(sample, other);
  }
  return partners;
}

/** Whole pixels from a fraction of a side. */
const pixel = (fraction: number, size: number) => Math.min(size, Math.max(0, Math.round(fraction * size)));

function inPixels({ left, top, right, bottom }: Box, size: number) {
  return {
    left: pixel(left, size),
    top: pixel(top, size),
    right: pixel(right, size),
    bottom: pixel(bottom, size),
  };
}

/** Distance into a strip of some width, going back and forth: 0, 1, …, w − 1, w − 1, …, 1, 0, 0, 1, … */
function mirrored(distance: number, width: number): number {
  const at = distance % (2 * width);
  return at < width ? at : 2 * width - 1 - at;
}

/**
 * Hides an object: its box is covered by the mirrored continuation of the widest strip of background beside it, as ImageNet-9's
 * tiled backgrounds are.
 * @param image (S, S, c) uint8, changed in place
 * @internal
 */
export function hideObject_(image: Uint8Array, size: number, channels: number, box: Box): void {
  const { side } = widestStrip(box);
  const { left, top, right, bottom } = inPixels(box, size);
  const source = (x: number, y: number): [number, number] => {
    if (side === 'left') return [left - 1 - mirrored(x - left, left), y];
    if (side === 'right') return [right + mirrored(right - 1 - x, size - right), y];
    if (side === 'top') return [x, top - 1 - mirrored(y - top, top)];
    return [x, bottom + mirrored(bottom - 1 - y, size - bottom)];
  };
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const [fromX, fromY] = source(x, y);
      const from = (fromY * size + fromX) * channels;
      image.copyWithin((y * size + x) * channels, from, from + channels);
    }
  }
}

/** A decoded image and its object's place. */
export interface Cut {
  /** (S, S, c) uint8. */
  readonly image: Uint8Array;
  readonly box: Box;
}

/** The object of one image before the background of another. @returns (S, S, c) uint8 @internal */
export function onBackground(object: Cut, background: Cut, size: number, channels: number): Uint8Array {
  const made = background.image.slice();
  hideObject_(made, size, channels, background.box);
  const { left, top, right, bottom } = inPixels(object.box, size);
  for (let y = top; y < bottom; y++) {
    const [from, to] = [left, right].map((x) => (y * size + x) * channels) as [number, number];
    made.set(object.image.subarray(from, to), from);
  }
  return made;
}

/**
 * The objects of some images before the backgrounds of others.
 * @param pixels (b, S, S, c) uint8 @param partners (b, S, S, c) uint8, whose backgrounds are taken
 * @param boxes the objects' places in both, row by row @returns (b, S, S, c) uint8
 */
export function composites(
  pixels: Tensor,
  partners: Tensor,
  boxes: readonly { readonly object: Box; readonly background: Box }[],
): Tensor {
  const [, size = 0, , channels = 0] = pixels.shape;
  const each = size * size * channels;
  const [objects, backgrounds] = [pixels, partners].map((images) => images.toArray() as Uint8Array) as [
    Uint8Array,
    Uint8Array,
  ];
  const made = new Uint8Array(boxes.length * each);
  for (const [row, { object, background }] of boxes.entries()) {
    const cut = (images: Uint8Array, box: Box): Cut => ({
      image: images.subarray(row * each, (row + 1) * each),
      box,
    });
    made.set(onBackground(cut(objects, object), cut(backgrounds, background), size, channels), row * each);
  }
  return tensor(made, { shape: [...pixels.shape], device: pixels.device });
}

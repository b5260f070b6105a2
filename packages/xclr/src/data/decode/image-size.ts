// To what size images are decoded: in their own proportions, or squashed to squares.

/**
 * `{ shorter }`: in its own proportions, reduced so that the shorter side has that many pixels; an image that is up to a
 * quarter larger, or smaller, stays as it is. A number: squashed to a square of that many pixels.
 */
export type ImageSize = number | { readonly shorter: number };

interface Sides {
  readonly width: number;
  readonly height: number;
}

/** Resampling an image by less than this would cost time and a little detail, and save little memory. */
const leastReduction = 1.25;

/** @throws {RangeError} for sizes that are no whole number of pixels */
export function checkImageSize(operation: string, size: ImageSize): void {
  const side = typeof size === 'number' ? size : size.shorter;
  if (Number.isInteger(side) && side >= 1) return;
  throw new RangeError(`${operation}: size must be an integer of at least 1 pixel, got ${side}`);
}

/** The size that an image is decoded to. */
export function decodedSize({ width, height }: Sides, size: ImageSize): Sides {
  if (typeof size === 'number') return { width: size, height: size };
  const factor = Math.min(width, height) / size.shorter;
  if (factor <= leastReduction) return { width, height };
  return {
    width: Math.max(1, Math.round(width / factor)),
    height: Math.max(1, Math.round(height / factor)),
  };
}

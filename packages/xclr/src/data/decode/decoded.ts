// A decoded image, and what is made of several.

/** An image's pixels, and the size that it had before it was reduced. */
export interface DecodedImage {
  /** (height, width, channels) RGB or RGBA, 8 bits a channel, sRGB, alpha not premultiplied. Not to be written to. */
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
  /** Width over height of the image as seen, before it was reduced or squashed. */
  readonly aspect: number;
}

/** (b) the aspect ratios, as views are drawn by them. */
export function aspectsOf(images: readonly DecodedImage[]): Float64Array {
  return Float64Array.from(images, ({ aspect }) => aspect);
}

/** Bytes of pixels. */
export function bytesOf(images: readonly DecodedImage[]): number {
  return images.reduce((sum, { pixels }) => sum + pixels.length, 0);
}

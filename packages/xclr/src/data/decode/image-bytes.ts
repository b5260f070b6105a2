// An image's bytes on their way to sharp.

/** Values that become black and white: 0 and 4095 for 12 bits in files of 16. */
export type ValueRange = readonly [black: number, white: number];

/** Bytes that sharp decodes; with `raw`, they are interleaved pixels already. */
export interface ImageBytes {
  readonly bytes: Uint8Array;
  readonly raw?: { readonly width: number; readonly height: number; readonly channels: 1 | 3 | 4 };
  /** Width over height of the image as seen, where the pixels were squashed. */
  readonly aspect?: number;
  /** Present where the values are to be scaled when they are decoded. */
  readonly range?: ValueRange;
}

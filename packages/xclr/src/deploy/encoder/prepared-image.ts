// An image as its encoder takes it.

/** An image decoded for its encoder; all of one encoder have the same length. */
export interface PreparedImage {
  readonly pixels: Uint8Array | Float32Array;
  /** Width over height of the original. */
  readonly aspect: number;
}

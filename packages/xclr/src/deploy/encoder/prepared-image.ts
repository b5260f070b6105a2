// An image as its encoder takes it.

/** An image decoded for its encoder. */
export interface PreparedImage {
  /** float32 planes as an encoder takes them, of one length for all; or pixels that it cuts its view from. */
  readonly pixels: Uint8Array | Float32Array;
  /** Width over height of the original. */
  readonly aspect: number;
  /** Of pixels that a view is cut from: (height, width, channels). */
  readonly width?: number;
  readonly height?: number;
  readonly channels?: 3 | 4;
}

// An image's bytes on their way to sharp.

/** Bytes that sharp decodes; with `raw`, they are interleaved pixels already. */
export interface ImageBytes {
  readonly bytes: Uint8Array;
  readonly raw?: { readonly width: number; readonly height: number; readonly channels: 1 | 3 | 4 };
}

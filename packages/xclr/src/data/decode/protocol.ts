// What the decode pool and its workers say to each other.

import type { ImageRef } from '../types.js';
import type { DecodedImage } from './decoded.js';
import type { ImageSize } from './image-size.js';

/** Given to a worker when it starts. */
export interface WorkerStart {
  /** Int32 (1): the id of the job that the worker holds, or -1; read by the pool when the worker dies. */
  readonly holding: SharedArrayBuffer;
}

/** One image to decode. */
export interface Job {
  readonly id: number;
  readonly image: ImageRef;
  readonly size: ImageSize;
}

/** What became of a job; the memory of pixels is handed over, not copied. */
export type Answer =
  | { readonly id: number; readonly image: DecodedImage }
  | { readonly id: number; readonly reason: string };

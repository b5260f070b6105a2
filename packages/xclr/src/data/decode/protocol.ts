// What the decode pool and its workers say to each other.

import type { ImageRef } from '../types.js';

/** Given to a worker when it starts. */
export interface WorkerStart {
  /** Int32 (1): the id of the job that the worker holds, or -1; read by the pool when the worker dies. */
  readonly holding: SharedArrayBuffer;
}

/** One image to decode into shared memory at a byte offset. */
export interface Job {
  readonly id: number;
  readonly image: ImageRef;
  readonly size: number;
  readonly target: SharedArrayBuffer;
  readonly offset: number;
}

/** What became of a job. */
export type Answer =
  | { readonly id: number; readonly aspect: number }
  | { readonly id: number; readonly reason: string };

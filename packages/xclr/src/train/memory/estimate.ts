// How much memory a training takes, part by part: what is counted, and the few constants that were measured.
import type { TrainConfig } from '../config.js';
import { tileOf } from '../objectives/strips.js';

/** What decides how much memory a training takes. */
export interface MemoryFacts {
  /** Numbers that are trained. */
  readonly parameters: number;
  readonly optimizer: TrainConfig['optimizer']['name'];
  /** Whether an average of the weights is kept; false by default. */
  readonly averaged?: boolean;
  /** Bytes of activations an image in the batch; see activations.ts. */
  readonly activationBytes: number;
  readonly batchSize: number;
  /** Images whose activations are there at a time; the batch by default. */
  readonly chunkSize?: number | null;
  /** Whether the loss goes by strips of rows; `auto` by default. */
  readonly strips?: TrainConfig['loss']['strips'];
  /** Processes that train together, whose views each of them compares with its own; 1 by default. */
  readonly processes?: number;
  /** Embeddings of earlier steps that views are compared with. */
  readonly remembered?: number;
  /** Views of all sizes that an image gives. */
  readonly viewsEach: number;
  /** Mean bytes of a decoded image. */
  readonly imageBytes: number;
  /** Images that are decoded: training and validation. */
  readonly images: number;
  readonly cacheBytes: number;
  readonly prefetchBytes: number;
  /** Threads that decode. */
  readonly workers: number;
  /** Bytes that this process has now: Node, LibTorch, the table of samples, the captions' vectors. */
  readonly present: number;
}

/** Bytes, part by part. */
export interface MemoryEstimate {
  /** Node, LibTorch, the data's table, captions; and the decoding threads. */
  readonly process: number;
  /** Weights, their gradients, the optimizer's state. */
  readonly weights: number;
  readonly activations: number;
  /** The graph's and the views' similarities: this process's views by those of all, or the rows of a strip. */
  readonly loss: number;
  /** Decoded images that are kept, and batches made ahead. */
  readonly images: number;
  readonly total: number;
}

/** State tensors a weight beside itself and its gradient. */
const slots = { sgd: 1, lars: 1, adamw: 2 } as const;

/** A decoding thread with its own Node heap and libvips. */
const workerBytes = 40 * 2 ** 20;

/** What libraries keep for themselves once they compute: oneDNN's primitives and scratch, the allocator's caches. */
const runtimeBytes = 120 * 2 ** 20;

/** Gradients of activations and scratch that live beside the activations, as a fraction of these. Measured over six
 * encoders and sizes: with glibc's allocator the peak was then 0.95 to 1.04 of the estimate, with tcmalloc 0.77 to 1.0. */
const backwardFraction = 0.1;

/** Matrices of similarities that the loss and its gradient hold at a time, in float32. */
const matrices = 10;

export function estimateMemory(facts: MemoryFacts): MemoryEstimate {
  const {
    parameters,
    optimizer,
    averaged = false,
    activationBytes,
    batchSize,
    viewsEach,
    imageBytes,
    images,
    present,
    remembered = 0,
    chunkSize,
    strips = 'auto',
    processes = 1,
  } = facts;
  const ahead = Math.min(2 * batchSize * imageBytes, facts.prefetchBytes);
  const views = viewsEach * batchSize;
  const columns = processes * views + remembered;
  const tile = tileOf({ strips }, { columns, part: processes > 1 });
  const rows = tile === null ? views : Math.min(views, tile);
  const together = Math.min(chunkSize ?? batchSize, batchSize);
  const parts = {
    process: present + runtimeBytes + facts.workers * workerBytes,
    weights: 4 * parameters * (2 + slots[optimizer] + (averaged ? 1 : 0)),
    activations: (1 + backwardFraction) * activationBytes * together,
    loss: 4 * matrices * rows * columns + (tile === null ? 8 * remembered ** 2 : 0),
    images: Math.min(images * imageBytes, facts.cacheBytes) + ahead + 2 * batchSize * imageBytes,
  };
  return { ...parts, total: Object.values(parts).reduce((sum, part) => sum + part, 0) };
}

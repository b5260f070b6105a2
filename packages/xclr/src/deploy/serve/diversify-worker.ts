// Thread that chooses varied results, and ends.
import { parentPort, workerData } from 'node:worker_threads';
import { diversified } from '../search/diversify.js';

const { similarities, vectors, k, diversity } = workerData as {
  similarities: readonly number[];
  vectors: Float32Array;
  k: number;
  diversity: number;
};
parentPort?.postMessage(diversified(similarities, vectors, k, diversity));

// What one of several processes on a machine takes of it: its part of the memory for images, and of the threads that decode.
import { availableParallelism } from 'node:os';
import type { AskedTrainConfig } from '../config.js';

/** Settings that are the machine's are divided; the run's record keeps them whole. */
export function machinePart(asked: AskedTrainConfig, localSize: number): AskedTrainConfig {
  if (localSize === 1) return asked;
  const part = (value: number) => Math.floor(value / localSize);
  const { workers, cacheMiB, prefetchMiB } = asked;
  const decoding = workers === 'auto' ? (availableParallelism() >= 2 * localSize ? 2 : 1) : part(workers);
  return {
    ...asked,
    workers: Math.max(1, decoding),
    cacheMiB: part(cacheMiB),
    prefetchMiB: part(prefetchMiB),
  };
}

// Threads that LibTorch computes with.
import { availableParallelism } from 'node:os';

/** Threads within an operator where no number is asked for: a core each, or as many as OMP_NUM_THREADS says, as in PyTorch. */
export function usualThreads(): number {
  const cores = availableParallelism();
  const wanted = Number(process.env.OMP_NUM_THREADS);
  return Number.isInteger(wanted) && wanted > 0 ? Math.min(wanted, cores) : cores;
}

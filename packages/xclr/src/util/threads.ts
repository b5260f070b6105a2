// Threads that LibTorch computes with.
import { availableParallelism } from 'node:os';

/**
 * Threads within an operator where no number is asked for: a core each, or as many as OMP_NUM_THREADS says, as in PyTorch. Processes that
 * share the machine divide its cores whatever that variable says: torchrun sets it to 1 unasked.
 */
export function usualThreads(sharing = 1): number {
  const cores = availableParallelism();
  const wanted = Number(process.env.OMP_NUM_THREADS);
  if (sharing === 1 && Number.isInteger(wanted) && wanted > 0) return Math.min(wanted, cores);
  return Math.max(1, Math.floor(cores / sharing));
}

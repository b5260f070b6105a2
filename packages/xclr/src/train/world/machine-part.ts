// What one of several processes on a machine takes of it: its cores, its part of the memory for images, and of the threads that decode.
import { availableParallelism, cpus } from 'node:os';
import type { AskedTrainConfig } from '../config.js';

/** As far as its machine is concerned, where a process is and who started it: `distributed.Place`. */
export interface MachinePlace {
  readonly localSize: number;
  readonly launcher?: string;
}

/** Cores that a process may run on, and those of the machine. */
interface Cores {
  readonly here: number;
  readonly all: number;
}

/**
 * The cores of one of the processes that share a machine. Slurm says how many a task was given; Slurm and MPI also bind a process to
 * them, so that those on which it may run are not to be divided once more.
 */
export function coresOf(
  { localSize, launcher = '' }: MachinePlace,
  environment: Readonly<Record<string, string | undefined>> = process.env,
  { here, all }: Cores = { here: availableParallelism(), all: cpus().length },
): number {
  const given = Number(environment.SLURM_CPUS_PER_TASK);
  if (launcher === 'Slurm' && Number.isInteger(given) && given > 0) return Math.min(given, here);
  const shared = launcher.endsWith('MPI') ? all : here;
  return Math.max(1, Math.min(here, Math.floor(shared / localSize)));
}

/** Settings that are the machine's are divided; the run's record keeps them whole. */
export function machinePart(asked: AskedTrainConfig, place: MachinePlace): AskedTrainConfig {
  const { localSize } = place;
  if (localSize === 1) return asked;
  const part = (value: number) => Math.floor(value / localSize);
  const { workers, cacheMiB, prefetchMiB } = asked;
  const decoding = workers === 'auto' ? (coresOf(place) >= 2 ? 2 : 1) : part(workers);
  return {
    ...asked,
    workers: Math.max(1, decoding),
    cacheMiB: part(cacheMiB),
    prefetchMiB: part(prefetchMiB),
  };
}

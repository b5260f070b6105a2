// Entering a training that several processes do together, and leaving it so that the others learn how it went.
import { distributed } from '@xclr/torch';
import { UserError } from '../../util/errors.js';

export interface EnterOptions extends distributed.GroupOptions {
  readonly place: distributed.Place;
}

/**
 * Runs `train` in a group of processes. Where it fails, the others are told why and end too; where another failed, its reason is
 * the error.
 */
export async function inGroup<T>(
  { place, ...options }: EnterOptions,
  train: (group: distributed.Group) => Promise<T>,
): Promise<T> {
  const group = await distributed.Group.meet(place, options);
  try {
    const result = await train(group);
    await group[Symbol.asyncDispose]();
    return result;
  } catch (error) {
    throw await group.end(error);
  }
}

/** The most samples of a process in a step, or in a batch of the validation: those are up to half as large again. */
export const mostSamples = (batchSize: number): number => 2 * batchSize + 2;

/** @throws {UserError} where processes of one machine would have to share a GPU, which NCCL does not let them */
export function refuseSharedGpu(
  { localRank, localSize }: distributed.Place,
  device: string,
  gpus: number,
): void {
  if (!device.startsWith('cuda') || localRank < gpus) return;
  throw new UserError(
    `train: this machine has ${gpus} GPUs, and ${localSize} processes of this training`,
    `Start at most ${gpus} processes on it, or train with --device cpu.`,
  );
}

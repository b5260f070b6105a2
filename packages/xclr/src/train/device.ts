// Which device the settings mean.
import { cudaAvailable, cudaDevices } from '@xclr/torch';
import { UserError } from '../util/errors.js';

/**
 * 'cpu' or 'cuda:N'. Without a number a process takes the GPU that its launcher meant for it: that of LOCAL_RANK, where several
 * are visible.
 * @param localRank of this process among those of its machine that train together
 * @throws {UserError} for a GPU that is not there
 */
export function chooseDevice(device: string, localRank = Number(process.env.LOCAL_RANK ?? 0)): string {
  if (device === 'cpu' || (device === 'auto' && !cudaAvailable())) return 'cpu';
  if (!cudaAvailable()) {
    throw new UserError(
      `device: expected an available device, got ${device}`,
      'this LibTorch has no CUDA or sees no GPU: use --device cpu',
    );
  }
  const count = cudaDevices();
  const [, asked] = device.split(':');
  const index = asked === undefined ? visibleRank(count, localRank) : Number(asked);
  if (index < count) return `cuda:${index}`;
  const from = asked === undefined ? ` (LOCAL_RANK ${index})` : '';
  throw new UserError(
    `device: expected one of ${count === 1 ? 'cuda:0' : `cuda:0 to cuda:${count - 1}`}, got cuda:${index}${from}`,
    `This process sees ${count === 1 ? 'one GPU' : `${count} GPUs`}: use --device cuda:0, or make more visible (CUDA_VISIBLE_DEVICES).`,
  );
}

/** Where the launcher shows each process only its own GPU, that one is number 0. */
function visibleRank(count: number, rank: number): number {
  return count === 1 || !Number.isInteger(rank) || rank < 0 ? 0 : rank;
}

// Which device the settings mean.
import { cudaAvailable } from '@xclr/torch';
import { UserError } from '../util/errors.js';

export function chooseDevice(device: string): string {
  if (device === 'auto') return cudaAvailable() ? 'cuda:0' : 'cpu';
  if (device.startsWith('cuda') && !cudaAvailable()) {
    throw new UserError(
      `device: expected an available device, got ${device}`,
      'this LibTorch has no CUDA or sees no GPU: use --device cpu',
    );
  }
  return device === 'cuda' ? 'cuda:0' : device;
}

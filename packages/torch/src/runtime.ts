// What belongs to the process: random state, threads, and which LibTorch this is.
import type { Device } from './dtype.js';
import { type BuildInfo, loaded, native } from './native.js';
import { tensor, wrap } from './tensor.js';

/** Seeds LibTorch's generators on every device. */
export function manualSeed(seed: number): void {
  native.manualSeed(seed);
}

/** The whole state of a device's generator, to be stored with a checkpoint. */
export function getRngState(device: Device = 'cpu'): Uint8Array {
  using state = wrap(native.getRngState(device));
  return state.toArray() as Uint8Array;
}

export function setRngState(state: Uint8Array, device: Device = 'cpu'): void {
  using copy = tensor(state);
  native.setRngState(copy.handle, device);
}

/** Threads within one operator. Debian's LibTorch starts with one. */
export function setNumThreads(threads: number): void {
  if (!Number.isInteger(threads) || threads < 1)
    throw new Error(`setNumThreads: threads must be a positive integer, got ${threads}`);
  native.setNumThreads(threads);
}

export function getNumThreads(): number {
  return native.getNumThreads();
}

export function buildInfo(): BuildInfo {
  const info = native.buildInfo();
  const { libtorch, addon, prebuilt } = loaded!;
  return { ...info, libtorch: libtorch.libraries, addon: addon.file, prebuilt };
}

export function cudaAvailable(): boolean {
  return native.buildInfo().cuda;
}

/** GPUs that this process sees. */
export function cudaDevices(): number {
  return native.buildInfo().cudaDevices;
}

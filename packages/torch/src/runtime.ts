// What belongs to the process: random state, threads, and which LibTorch this is.
import { type BuildInfo, loaded, native } from './native.js';
import { tensor, wrap } from './tensor.js';

/** Seeds LibTorch's generators on every device. */
export function manualSeed(seed: number): void {
  native.manualSeed(seed);
}

/** The CPU generator's whole state, to be stored with a checkpoint. */
export function getRngState(): Uint8Array {
  using state = wrap(native.getRngState());
  return state.toArray() as Uint8Array;
}

export function setRngState(state: Uint8Array): void {
  using copy = tensor(state);
  native.setRngState(copy.handle);
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

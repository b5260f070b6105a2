// The addon: its typed face, loaded when it is first used, and a clear error where it cannot be loaded.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { TypedArray } from './dtype.js';
import { messageOf } from './error-message.js';
import { preloaderName } from './setup/addon-files.js';
import { blasOnOpenmp } from './setup/blas.js';
import { type Choice, chooseAddon, runSetup } from './setup/choose-addon.js';
import { LibtorchError } from './setup/libtorch-error.js';
import { chooseWaitPolicy } from './wait-policy.js';

/** What the addon says of itself. */
export interface NativeBuildInfo {
  /** LibTorch version that the addon was built for, e.g. '1.13.0'. */
  readonly builtFor: string;
  /** Where LibTorch lay when the addon was built. */
  readonly libtorch: string;
  readonly cuda: boolean;
  readonly cudaDevices: number;
  /** LibTorch's own description of how it was built. */
  readonly config: string;
  readonly parallel: string;
}

export interface BuildInfo extends NativeBuildInfo {
  /** Where the LibTorch lies that is loaded. */
  readonly libtorch: string;
  /** The addon's file. */
  readonly addon: string;
  /** Whether the addon came from an npm package, or was built on this machine. */
  readonly prebuilt: boolean;
}

/** A value as it crosses the border: tensors are handles. */
export type Passed = number | string | boolean | null | undefined | readonly Passed[];

export interface Native {
  resolve(name: string, overload: string): number;
  call(id: number, ...args: Passed[]): unknown;
  schemaText(name: string, overload: string): string | null;
  fromBytes(data: TypedArray, dtype: string, shape: readonly number[]): number;
  borrow(data: TypedArray, dtype: string, shape: readonly number[]): number;
  readInto(handle: number, target: TypedArray): void;
  item(handle: number): number;
  mapFile(path: string, offset: number, dtype: string, shape: readonly number[]): number;
  shape(handle: number): number[];
  strides(handle: number): number[];
  dtype(handle: number): string;
  device(handle: number): string;
  isContiguous(handle: number, memoryFormat: string): boolean;
  alias(handle: number): number;
  release(handles: readonly number[]): void;
  releaseOne(handle: number): void;
  liveTensors(): number;
  scalarWithGradients(value: number, inputs: readonly number[], gradients: readonly number[]): number;
  backward(root: number, gradient: number | null, retainGraph: boolean): void;
  grad(
    outputs: readonly number[],
    inputs: readonly number[],
    gradients: readonly number[] | null,
    createGraph: boolean,
  ): number[];
  requiresGrad(handle: number): boolean;
  setRequiresGrad(handle: number, on: boolean): void;
  gradients(handles: readonly number[]): number[];
  setGradient(handle: number, gradient: number | null): void;
  clearGradients(handles: readonly number[]): void;
  setGradMode(on: boolean): boolean;
  enterAutocast(device: string, dtype: string): [boolean, string];
  leaveAutocast(device: string, wasOn: boolean, dtype: string): void;
  manualSeed(seed: number): void;
  getRngState(device: string): number;
  setRngState(handle: number, device: string): void;
  upload(data: TypedArray, dtype: string, shape: readonly number[], device: string): number;
  toDevice(handle: number, device: string): number;
  pinned(shape: readonly number[], dtype: string, channelsLast: boolean): number;
  imageViewsLater(
    pixels: readonly Passed[],
    parameters: number,
    matrices: number | null,
    grids: number | null,
    out: number,
    edges: number,
    kernel: number,
    threshold: number,
    mean: readonly number[],
    std: readonly number[],
    pinned: boolean,
  ): Promise<number>;
  readRanges(
    files: Int32Array,
    offsets: Float64Array,
    lengths: Uint32Array,
    sums: Uint32Array,
    into: Uint8Array,
  ): Promise<number[]>;
  startRead(handle: number): [host: number, event: number];
  finishRead(event: number): void;
  setArithmetic(tf32: boolean, benchmark: boolean, deterministic: boolean): void;
  arithmetic(): boolean[];
  deviceMemory(device: string): number[] | null;
  setNumThreads(threads: number): void;
  getNumThreads(): number;
  /** Threads that loops of the addon's own operators run on: 1 where it was built without OpenMP. */
  ownThreads(): number;
  buildInfo(): NativeBuildInfo;
  openStore(host: string, port: number, serves: boolean, prefix: string, timeout: number): void;
  storeTimeout(milliseconds: number): void;
  storeSet(key: string, value: string): void;
  storeGet(key: string): string;
  storeHas(key: string): boolean;
  storeAdd(key: string, by: number): number;
  joinGroup(rank: number, size: number, timeout: number, place: string, byInterface: boolean): void;
  leaveGroup(keepStore: boolean): void;
  groupBackends(): [cpu: string, cuda: string];
  groupTraffic(): [messages: number, bytes: number];
  allReduce_(handle: number, op: string): void;
  broadcast_(handle: number, root: number): void;
  allGather(handle: number): number;
  createBuckets(parameters: readonly number[]): number;
  armBuckets(id: number): void;
  bucketOrder(id: number): number[] | null;
  assignBuckets(id: number, order: readonly number[], bytes: number): number;
  finishBuckets(id: number): number;
  disposeBuckets(id: number): void;
  synchronizedBatchNorm(
    x: number,
    weight: number | null,
    bias: number | null,
    runningMean: number | null,
    runningVar: number | null,
    fraction: number,
    eps: number,
  ): number;
}

/** How the addon was chosen, once it is loaded. */
export let loaded: Choice | null = null;

function load(): Native {
  const choice = chooseAddon();
  const { addon, libtorch, prebuilt } = choice;
  const require = createRequire(import.meta.url);
  chooseWaitPolicy();
  try {
    if (addon.needed !== undefined) {
      const loader = require(join(dirname(addon.file), preloaderName)) as { load(path: string): void };
      for (const library of blasOnOpenmp(libtorch.libraries)) loader.load(library);
      for (const library of addon.needed) loader.load(join(libtorch.libraries, library));
    }
    const native = require(addon.file) as Native;
    loaded = choice;
    return native;
  } catch (error) {
    const reason = messageOf(error);
    throw new LibtorchError(
      `@xclr/torch: cannot load ${addon.file}, built for LibTorch ${addon.torchVersion}, with LibTorch ` +
        `${libtorch.version} (${libtorch.source}): ${reason}`,
      prebuilt ? 'Run: npx xclr setup --build   (it builds an addon for this machine)' : runSetup,
      { cause: error },
    );
  }
}

/**
 * The addon's functions. LibTorch is loaded by the first of them that is used, so importing this package costs and needs
 * nothing. Afterwards they are the object's own properties, and a call costs no more than on the addon itself.
 */
export const native: Native = Object.create(
  new Proxy({}, { get: (_, name: string | symbol) => functionOf(name) }) as object,
) as Native;

/** @throws {LibtorchError} where the addon was built from other sources than this code */
function functionOf(name: string | symbol): unknown {
  if (loaded === null) Object.assign(native, load());
  const found: unknown = Object.getOwnPropertyDescriptor(native, name)?.value;
  if (found === undefined && typeof name === 'string') {
    throw new LibtorchError(
      `@xclr/torch: ${loaded?.addon.file} has no function ${name}: it was built from other sources than this code`,
      runSetup,
    );
  }
  return found;
}

// The addon: its typed face, loaded when it is first used, and a clear error where it cannot be loaded.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { TypedArray } from './dtype.js';

export interface BuildInfo {
  /** LibTorch version that the addon was built for, e.g. '1.13.0'. */
  readonly builtFor: string;
  /** Where that LibTorch lies. */
  readonly libtorch: string;
  readonly cuda: boolean;
  readonly cudaDevices: number;
  /** LibTorch's own description of how it was built. */
  readonly config: string;
  readonly parallel: string;
}

/** A value as it crosses the border: tensors are handles. */
export type Passed = number | string | boolean | null | undefined | readonly Passed[];

export interface Native {
  resolve(name: string, overload: string): number;
  call(id: number, ...args: Passed[]): unknown;
  schemaText(name: string, overload: string): string | null;
  fromBytes(data: TypedArray, dtype: string, shape: readonly number[]): number;
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
  getRngState(): number;
  setRngState(handle: number): void;
  setNumThreads(threads: number): void;
  getNumThreads(): number;
  buildInfo(): BuildInfo;
}

const buildFolder = fileURLToPath(new URL('../build/', import.meta.url));

/** What the build recorded of the LibTorch it linked, or null before the first build. */
export function recordedBuild(): { torchVersion: string; torchPrefix: string } | null {
  const file = `${buildFolder}build-info.json`;
  return existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as { torchVersion: string; torchPrefix: string })
    : null;
}

function load(): Native {
  const file = `${buildFolder}xclr_torch.node`;
  if (!existsSync(file)) {
    throw new Error(`@xclr/torch: the native part is not built (expected ${file}).\n  → run: npm run setup`);
  }
  try {
    return createRequire(import.meta.url)(file) as Native;
  } catch (error) {
    const built = recordedBuild();
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `@xclr/torch: cannot load the native part. It was built for LibTorch ${built?.torchVersion ?? '(unknown)'} at ` +
        `${built?.torchPrefix ?? '(unknown)'}; that LibTorch is gone or another version now: ${reason}\n` +
        '  → run: npm run setup   (it finds LibTorch and builds again)',
    );
  }
}

/**
 * The addon's functions. LibTorch is loaded by the first of them that is used, so importing this package costs and needs
 * nothing. Afterwards they are the object's own properties, and a call costs no more than on the addon itself.
 */
export const native: Native = Object.create(
  new Proxy(
    {},
    { get: (_, name: string | symbol) => Object.assign(native, load())[name as keyof Native] },
  ) as object,
) as Native;

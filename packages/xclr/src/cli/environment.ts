// What has to be in the environment before LibTorch loads: a faster allocator, and BLAS kernels that fit the CPU.
import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { cpuFlags } from '../util/processor.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What the choice rests on; see `thisMachine`. */
export interface Machine {
  readonly platform: string;
  /** The CPU's feature flags: 'avx2', 'avx512f'; empty where unknown. */
  readonly cpuFlags: ReadonlySet<string>;
  /** Cores; absent where they do not matter. */
  readonly cores?: number;
  /** Path of the allocator to preload, best first found; null where there is none. */
  readonly allocator: string | null;
}

/** Best first: with tcmalloc a ResNet-50 step at 224 px took 0.8 of the time; jemalloc is about as good. */
const allocators = ['libtcmalloc_minimal.so.4', 'libtcmalloc.so.4', 'libjemalloc.so.2'];
const libraryFolders = ['/usr/lib64', '/usr/lib', '/usr/local/lib', '/opt/conda/lib'];

/** Set in the child, so that it does not start another. */
export const launchedMark = 'XCLR_LAUNCHED';

/** Native threads of the studio: each disk that hangs holds some of them. */
const studioThreads = 16;

/** @param command whose needs are known, such as 'studio' */
export function thisMachine(command?: string): Machine {
  const cores = availableParallelism();
  return {
    platform: process.platform,
    cpuFlags: cpuFlags(),
    cores: command === 'studio' ? Math.max(studioThreads, cores) : cores,
    allocator: process.platform === 'linux' ? findAllocator() : null,
  };
}

function findAllocator(): string | null {
  const folders = [...multiarchFolders(), ...libraryFolders];
  const paths = allocators.flatMap((name) => folders.map((folder) => join(folder, name)));
  return paths.find((path) => existsSync(path)) ?? null;
}

/** Debian keeps libraries in a folder named after the processor; only this one's can be loaded. */
function multiarchFolders(): string[] {
  const processor = { x64: 'x86_64', arm64: 'aarch64' }[process.arch as string];
  try {
    return readdirSync('/usr/lib')
      .filter((name) => processor !== undefined && name.startsWith(`${processor}-linux-gnu`))
      .map((name) => join('/usr/lib', name));
  } catch {
    return [];
  }
}

/** The allocator that `environment` preloads, or null. */
export function preloadedAllocator(environment: Environment): string | null {
  const preloads = (environment.LD_PRELOAD ?? '').split(/[ :]/);
  return preloads.find((path) => /tcmalloc|jemalloc|mimalloc/.test(path)) ?? null;
}

/** OpenBLAS kernels that use 512-bit vectors; any other name on such a CPU gives up to two thirds of its speed. */
const wideKernels = /^(skylakex|cooperlake|sapphirerapids|zen)$/i;

/** True where OPENBLAS_CORETYPE holds OpenBLAS to slower kernels than the CPU has. */
export function blasIsHeldBack(environment: Environment, machine: Machine): boolean {
  const pinned = environment.OPENBLAS_CORETYPE;
  return pinned !== undefined && machine.cpuFlags.has('avx512f') && !wideKernels.test(pinned);
}

/**
 * The environment to run in. XCLR_ALLOCATOR: `none` for no preload, or the path of a library; an allocator that
 * is already preloaded stays.
 */
export function launchEnvironment(
  environment: Environment,
  machine: Machine,
): Record<string, string | undefined> {
  const wanted = environment.XCLR_ALLOCATOR ?? 'auto';
  const allocator = wanted === 'auto' ? machine.allocator : wanted === 'none' ? null : wanted;
  const result: Record<string, string | undefined> = { ...environment, [launchedMark]: '1' };
  if (machine.platform === 'linux' && allocator !== null && preloadedAllocator(environment) === null) {
    result.LD_PRELOAD = [environment.LD_PRELOAD, allocator].filter(Boolean).join(':');
  }
  // All decoding threads decode, and packed images are read, on Node's one pool of native threads, four by default.
  const { cores = 0 } = machine;
  if (cores > 4 && environment.UV_THREADPOOL_SIZE === undefined) result.UV_THREADPOOL_SIZE = String(cores);
  if (blasIsHeldBack(environment, machine)) delete result.OPENBLAS_CORETYPE;
  return result;
}

/** True where running in `launchEnvironment` would differ from running as we are. */
export function needsRelaunch(environment: Environment, machine: Machine): boolean {
  if (environment[launchedMark] !== undefined) return false;
  const wanted = launchEnvironment(environment, machine);
  return ['LD_PRELOAD', 'OPENBLAS_CORETYPE', 'UV_THREADPOOL_SIZE'].some(
    (name) => wanted[name] !== environment[name],
  );
}

// What the sides run on: Python with PyTorch, the allocator, threads. Nothing may differ but what is compared.
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launchEnvironment, thisMachine } from '../../packages/xclr/dist/cli/environment.js';
import { precisionOf } from '../../packages/xclr/dist/train/precision.js';
import { cpuFlags } from '../../packages/xclr/dist/util/processor.js';

// The launcher's own choice: which allocator to preload, and OpenBLAS's kernels, which all sides get.
const launched = launchEnvironment({ OPENBLAS_CORETYPE: process.env.OPENBLAS_CORETYPE }, thisMachine());

/** XCLR_BENCH_THREADS overrides it. */
export const threads = Number(process.env.XCLR_BENCH_THREADS ?? Math.min(2, availableParallelism()));
/** Path of the allocator that the launcher preloads, or null. */
export const allocator = launched.LD_PRELOAD ?? null;
/** 'tcmalloc' or another name to print. */
export const allocatorName = /tcmalloc|jemalloc/.exec(allocator ?? '')?.[0] ?? allocator;

/** Without units for bfloat16 its steps say nothing of processors that have some. */
export const inBfloat16 = precisionOf('auto', 'cpu') === 'bfloat16';

/** What decides which kernels run: the instructions of this processor, as the results name them. */
export const instructions =
  ['amx_bf16', 'avx512_bf16', 'avx512bw', 'avx2'].find((flag) => cpuFlags().has(flag)) ?? 'baseline';

/** Name of a file of results that are this processor's, with this many threads: 'train-step-2.13.0-avx2-2-threads'. */
export const ofThisMachine = (...names) =>
  [...names, instructions.replace('_', '-'), `${threads}-thread${threads === 1 ? '' : 's'}`].join('-');

const runs = (name, code) => spawnSync(name, ['-c', code], { stdio: 'ignore' }).status === 0;

/** XCLR_PYTHON, else Debian's Python first: its PyTorch is the LibTorch that ours links. */
export const python =
  process.env.XCLR_PYTHON ??
  ['/usr/bin/python3', 'python3'].find((name) => runs(name, 'import torch, torchvision'));

/** Further PyTorch installations, by XCLR_BENCH_PEERS: paths of Python interpreters with a colon between them. */
export const otherTorches = (process.env.XCLR_BENCH_PEERS ?? '')
  .split(delimiter)
  .filter((path) => path !== '')
  .map((path) => {
    const { stdout, status } = spawnSync(path, ['-c', 'import torch; print(torch.__version__)'], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`XCLR_BENCH_PEERS: ${path} is no Python with torch`);
    return { python: path, version: stdout.trim().split('+', 1)[0] };
  });

/** The same settings for every side; `preload` is an allocator, or null for the C library's. */
export const settings = (preload) => ({
  OMP_NUM_THREADS: String(threads),
  OPENBLAS_NUM_THREADS: String(threads),
  MKL_NUM_THREADS: String(threads),
  OPENBLAS_CORETYPE: launched.OPENBLAS_CORETYPE,
  LD_PRELOAD: preload ?? undefined,
});

export const file = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

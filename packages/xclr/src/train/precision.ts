// Which arithmetic `precision: auto` means on this machine.
import { setArithmetic } from '@xclr/torch';
import { UserError } from '../util/errors.js';
import { cpuFlags } from '../util/processor.js';
import type { TrainConfig } from './config.js';

let units: boolean | undefined;

/**
 * True for processors that multiply in bfloat16. Without such units LibTorch emulates it: on a processor with AVX2 alone a
 * training step took thirty times as long as in float32, and convolutions were off by up to 30 %.
 */
function hasBfloat16Units(): boolean {
  units ??= ['avx512_bf16', 'amx_bf16'].some((flag) => cpuFlags().has(flag));
  return units && !oneDnnIsHeldBack();
}

/** True where a variable of oneDNN's forbids it these units; LibTorch's convolutions in bfloat16 then fail or crawl. */
function oneDnnIsHeldBack(): boolean {
  const most = process.env.ONEDNN_MAX_CPU_ISA ?? process.env.DNNL_MAX_CPU_ISA;
  return most !== undefined && !/BF16|FP16|AMX|ALL|DEFAULT/i.test(most);
}

/** Arithmetic of a forward and backward pass. */
export type Precision = 'float32' | 'tf32' | 'bfloat16' | 'float16';

const isGpu = (device: string): boolean => device.startsWith('cuda');

/** 'auto' becomes bfloat16 on GPUs and on processors with units for it, else float32. */
export function precisionOf(precision: TrainConfig['precision'], device: string): Precision {
  if (precision !== 'auto') return precision;
  return isGpu(device) || hasBfloat16Units() ? 'bfloat16' : 'float32';
}

/**
 * The same, where the device has it.
 * @throws {UserError} for bfloat16 on a processor without units for it: convolutions would fail, crawl or give wrong numbers; and
 * for what only GPUs have
 */
export function usablePrecision(precision: TrainConfig['precision'], device: string): Precision {
  const used = precisionOf(precision, device);
  if (used === 'float32' || isGpu(device)) return used;
  if (used === 'tf32' || used === 'float16')
    throw new UserError(
      `precision: expected one that a processor computes in, got ${used}, which only GPUs have, and the device is ${device}`,
      'Use --precision float32 or auto, or a GPU (--device cuda).',
    );
  if (hasBfloat16Units()) return used;
  throw new UserError(
    'precision: expected one that this processor computes in, got bfloat16, for which it has no units (AVX512-BF16, AMX) or may not use them (ONEDNN_MAX_CPU_ISA)',
    'Use --precision float32.',
  );
}

/** What products and convolutions are cast to; null where they stay float32. */
export function autocastDtype(
  precision: TrainConfig['precision'],
  device: string,
): 'bfloat16' | 'float16' | null {
  const used = precisionOf(precision, device);
  return used === 'bfloat16' || used === 'float16' ? used : null;
}

/**
 * Sets how a GPU computes, for the process; a processor has nothing to be set. float32 is float32: LibTorch by itself would
 * take TF32 for convolutions. Sizes do not change while training, so that trying cuDNN's algorithms once pays.
 */
export function setPrecision(
  precision: TrainConfig['precision'],
  device: string,
  { deterministic = false }: { readonly deterministic?: boolean } = {},
): void {
  if (!isGpu(device)) return;
  const tf32 = precisionOf(precision, device) === 'tf32';
  // Without a workspace of its own for each stream, cuBLAS does not promise the same bits; it looks at this when it is first used.
  if (deterministic) process.env.CUBLAS_WORKSPACE_CONFIG ??= ':4096:8';
  setArithmetic({ tf32, benchmark: !deterministic, deterministic });
}

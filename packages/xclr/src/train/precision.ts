// Which arithmetic `precision: auto` means on this machine.
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

/** 'auto' becomes bfloat16 on GPUs and on processors with units for it, else float32. */
export function precisionOf(precision: TrainConfig['precision'], device: string): 'float32' | 'bfloat16' {
  if (precision !== 'auto') return precision;
  return device.startsWith('cuda') || hasBfloat16Units() ? 'bfloat16' : 'float32';
}

/**
 * The same, where the device has it.
 * @throws {UserError} for bfloat16 on a processor without units for it: convolutions would fail, crawl or give wrong numbers
 */
export function usablePrecision(precision: TrainConfig['precision'], device: string): 'float32' | 'bfloat16' {
  const used = precisionOf(precision, device);
  if (used === 'float32' || device.startsWith('cuda') || hasBfloat16Units()) return used;
  throw new UserError(
    'precision: expected one that this processor computes in, got bfloat16, for which it has no units (AVX512-BF16, AMX) or may not use them (ONEDNN_MAX_CPU_ISA)',
    'Use --precision float32.',
  );
}

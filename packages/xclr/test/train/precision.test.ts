// What `precision: auto` means: what is asked for is taken, and bfloat16 only where nothing holds its units back.
import { afterEach, expect, it, vi } from 'vitest';
import { precisionOf } from '../../src/train/precision.js';

vi.mock('../../src/util/processor.js', () => ({ cpuFlags: () => new Set(['avx2', 'avx512_bf16']) }));
afterEach(() => vi.unstubAllEnvs());

it.each([
  ['', 'bfloat16'],
  ['ALL', 'bfloat16'],
  ['AVX512_CORE_BF16', 'bfloat16'],
  ['AVX512_CORE_AMX', 'bfloat16'],
  ['AVX512_CORE', 'float32'],
  ['AVX2', 'float32'],
])('ONEDNN_MAX_CPU_ISA=%s: %s', (most, precision) => {
  vi.stubEnv('ONEDNN_MAX_CPU_ISA', most === '' ? undefined : most);
  vi.stubEnv('DNNL_MAX_CPU_ISA', undefined);
  expect(precisionOf('auto', 'cpu')).toBe(precision);
  expect(precisionOf('auto', 'cuda:0')).toBe('bfloat16');
  expect(precisionOf('bfloat16', 'cpu')).toBe('bfloat16');
  expect(precisionOf('float32', 'cuda:0')).toBe('float32');
});

// Reading make_model_goldens.py's files and comparing tensors with what they keep.
import { readFileSync } from 'node:fs';
import { scoped, type Tensor } from '@xclr/torch';
import { expect } from 'vitest';

/** [norm, sum, first entries …] of a tensor. */
export type Short = readonly number[];

export interface NetworkGolden {
  readonly classes: number;
  readonly size: number;
  readonly batch: number;
  readonly initial: Readonly<Record<string, Short>>;
  readonly output: readonly number[];
  readonly imageGradient: Short;
  readonly gradients: Readonly<Record<string, Short>>;
  readonly buffers: Readonly<Record<string, Short>>;
  readonly evaluated: readonly number[];
  /** How far PyTorch's own bfloat16 autocast is from float64. */
  readonly bfloat16Error: number;
}

export interface StateDictGolden {
  readonly models: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
}

/**
 * Float32 rounds at 6e-8. Fifty layers in training mode, with batch norm over two images, amplify that some 3,000 times: kernels of
 * AVX2 and of AVX-512, on one thread and on two, are 1.0e-4 to 2.1e-4 from float64. Five times that.
 */
export const float32Tolerance = 1e-3;

export function golden<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../goldens/${name}.json`, import.meta.url), 'utf8')) as T;
}

/** Norm and entries within `relative` of the norm (what is 0 but for rounding, of 1e-4); the sum of m entries may be off by √m times as much. */
export function expectShort(
  got: Tensor,
  [norm = 0, sum = 0, ...first]: Short,
  relative: number,
  label: string,
): void {
  const own = scoped(() => {
    const wide = got.detach().to({ dtype: 'float64' }).reshape([-1]); // (m)
    const entries = wide.narrow(0, 0, first.length).toNumbers();
    return { norm: wide.linalgVectorNorm().item(), sum: wide.sum().item(), first: entries };
  });
  const tolerance = relative * Math.max(norm, 1e-4);
  expect(Math.abs(own.norm - norm), `${label}: norm`).toBeLessThanOrEqual(tolerance);
  expect(Math.abs(own.sum - sum), `${label}: sum`).toBeLessThanOrEqual(tolerance * Math.sqrt(got.numel));
  own.first.forEach((value, k) => {
    expect(Math.abs(value - first[k]!), `${label}[${k}]`).toBeLessThanOrEqual(tolerance);
  });
}

/** Largest |got − expected| over the largest |expected|. */
export function relativeError(got: readonly number[], expected: readonly number[]): number {
  expect(got).toHaveLength(expected.length);
  const scale = Math.max(...expected.map(Math.abs));
  return Math.max(...got.map((value, k) => Math.abs(value - expected[k]!))) / scale;
}

// The test values both sides compute exactly: make_goldens.py's `pattern` and `fill` in TypeScript.
import { readFileSync } from 'node:fs';
import { type Dtype, noGrad, type Tensor, tensor } from '../../src/index.js';
import type { AnyModule } from '../../src/nn/index.js';

/** n values in [-0.5, 0.5): murmur3's finalizer of the flat index, offset by the stream. */
export function patternValues(n: number, stream: number): Float64Array {
  const offset = Math.imul(stream, 0x9e3779b9);
  const values = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let k = (i + offset) | 0;
    k ^= k >>> 16;
    k = Math.imul(k, 0x85ebca6b);
    k ^= k >>> 13;
    k = Math.imul(k, 0xc2b2ae35);
    k ^= k >>> 16;
    values[i] = (k >>> 0) / 4294967296 - 0.5;
  }
  return values;
}

export function pattern(shape: readonly number[], stream: number, dtype: Dtype = 'float64'): Tensor {
  const n = shape.reduce((a, b) => a * b, 1);
  return tensor(patternValues(n, stream), { dtype, shape: [...shape] });
}

/** Fills a module's state by `pattern`; the stream is the tensor's place in the state dict. */
export function fillByPattern(module: AnyModule): void {
  let stream = 0;
  for (const [name, target] of module.stateDict()) {
    if (name.endsWith('num_batches_tracked')) continue;
    const { shape } = target;
    const values = patternValues(target.numel, stream++);
    const fanIn = shape.slice(1).reduce((a, b) => a * b, 1);
    const centered = name.endsWith('weight') || name.endsWith('running_var') ? [1, 0.5] : [0, 0.2];
    const [shift, scale] = shape.length >= 2 ? [0, Math.sqrt(24 / fanIn)] : centered;
    for (let i = 0; i < values.length; i++) values[i] = shift! + scale! * values[i]!;
    const source = tensor(values, { shape: [...shape] });
    noGrad(() => target.copy_(source));
    source.dispose();
  }
}

/** What the goldens keep of a tensor. */
export interface Summary {
  norm: number;
  sum: number;
  first: number[];
}

export function summary(t: Tensor, first: number): Summary {
  const values = t.toNumbers();
  let squares = 0;
  let sum = 0;
  for (const value of values) {
    squares += value * value;
    sum += value;
  }
  return { norm: Math.sqrt(squares), sum, first: values.slice(0, first) };
}

export function golden<T>(name: string): T & { meta: { torch: string; seed: number } } {
  return JSON.parse(readFileSync(new URL(`./${name}.json`, import.meta.url), 'utf8'));
}

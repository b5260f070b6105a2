// What the tests share: comparing with goldens and leaving no tensor behind.
import { expect } from 'vitest';
import { scoped, type Tensor } from '../src/index.js';
import { type Summary, summary } from './goldens/pattern.js';

/** |got − expected| ≤ relative · the largest |expected| + absolute, element by element. */
export function expectClose(
  got: ArrayLike<number>,
  expected: ArrayLike<number>,
  { relative, absolute = 0, label = '' }: { relative: number; absolute?: number; label?: string },
): void {
  expect(got.length, `${label}: length`).toBe(expected.length);
  let largest = 0;
  for (let i = 0; i < expected.length; i++) largest = Math.max(largest, Math.abs(expected[i]!));
  const tolerance = relative * largest + absolute;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(got[i]! - expected[i]!);
    if (!(difference <= tolerance)) {
      expect.fail(`${label}[${i}]: expected ${expected[i]}, got ${got[i]} (tolerance ${tolerance})`);
    }
  }
}

/** A tensor against the summary a golden keeps: norm, sum and first entries, relative to the norm. */
export function expectSummary(got: Tensor, expected: Summary, relative: number, label: string): void {
  const own = summary(got, expected.first.length);
  const absolute = relative * expected.norm + 1e-300;
  expectClose([own.norm], [expected.norm], { relative: 0, absolute, label: `${label} norm` });
  // The sum of n entries may be off by √n times as much as the norm.
  expectClose([own.sum], [expected.sum], {
    relative: 0,
    absolute: absolute * Math.sqrt(got.numel),
    label: `${label} sum`,
  });
  expectClose(own.first, expected.first, { relative: 0, absolute, label: `${label} first` });
}

/** Runs a test's body in a scope; for its modules it uses `using`. */
export function inScope(body: () => void): () => void {
  return () => scoped(body);
}

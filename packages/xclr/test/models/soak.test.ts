// Steady: 100 training steps hold the same tensors throughout, and no more memory at the end. 1,000: soak.slow.test.ts.
import { expect, test } from 'vitest';
import { medianBefore, soak } from './soak.js';

test('100 training steps: live tensors and resident memory stay flat, the loss falls', () => {
  const { tensors, resident, losses } = soak(100);
  expect(new Set(tensors).size).toBe(1);
  // V8's heap, in the same figure, grows and shrinks by some MiB; one batch's activations leaked a step would be 100.
  expect(medianBefore(resident, 100, 10) / medianBefore(resident, 40, 10)).toBeLessThan(1.06);
  // To about half; by how much hangs on rounding, and so on the version of LibTorch and the processor.
  expect(medianBefore(losses, 100, 20)).toBeLessThan(0.6 * medianBefore(losses, 20, 20));
});

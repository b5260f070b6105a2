// Steady: 1,000 training steps, the long form of soak.test.ts.
import { expect, test } from 'vitest';
import { medianBefore, soak } from './soak.js';

test('1,000 training steps: live tensors and resident memory stay flat after step 200', () => {
  const { tensors, resident } = soak(1000);
  const settled = medianBefore(resident, 220, 20);
  const end = medianBefore(resident, 1000, 20);
  console.info(
    `resident: ${settled.toFixed(1)} MiB at step 200, ${end.toFixed(1)} MiB at step 1,000; ${tensors[0]} tensors`,
  );
  expect(new Set(tensors).size).toBe(1);
  expect(end / settled).toBeLessThan(1.03);
});

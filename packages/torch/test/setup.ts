// For every test file of both packages: no test may leave tensors behind, and numbers are compared fast.
import { createRequire } from 'node:module';
import { afterEach, beforeEach, expect } from 'vitest';
import { equalNumbers } from './equal-numbers.js';

expect.addEqualityTesters([equalNumbers]);

/** Files that never touch tensors must neither load LibTorch (a second each) nor need it to be built. */
function addonIsLoaded(): boolean {
  const loaded = createRequire(import.meta.url).cache;
  return Object.keys(loaded).some((path) => path.endsWith('xclr_torch.node'));
}

async function countTensors(): Promise<number> {
  if (!addonIsLoaded()) return 0;
  const { liveTensors } = await import('@xclr/torch');
  return liveTensors();
}

let before = 0;

beforeEach(async () => {
  before = await countTensors();
});

afterEach(async () => {
  const after = await countTensors();
  expect(after, `the test left ${after - before} tensors alive: add the missing scoped() or dispose()`).toBe(
    before,
  );
});

// How many threads compute where nobody says.
import { availableParallelism } from 'node:os';
import { afterEach, expect, it, vi } from 'vitest';
import { usualThreads } from '../../src/util/threads.js';

const cores = availableParallelism();
afterEach(() => vi.unstubAllEnvs());

it.each([
  [undefined, cores],
  ['1', 1],
  ['100000', cores],
  ['many', cores],
  ['0', cores],
])('OMP_NUM_THREADS %s: %i', (variable, expected) => {
  vi.stubEnv('OMP_NUM_THREADS', variable);
  expect(usualThreads()).toBe(expected);
});

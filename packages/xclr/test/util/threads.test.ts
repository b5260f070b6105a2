// How many threads compute where nobody says.
import { availableParallelism } from 'node:os';
import { afterEach, expect, it, vi } from 'vitest';
import { usualThreads } from '../../src/util/threads.js';

const cores = availableParallelism();
afterEach(() => vi.unstubAllEnvs());

it.each([
  [undefined, 1, cores],
  ['1', 1, 1],
  ['100000', 1, cores],
  ['many', 1, cores],
  ['0', 1, cores],
  ['1', cores, 1],
  [undefined, 100_000, 1],
])('OMP_NUM_THREADS %s, %i processes: %i', (variable, sharing, expected) => {
  vi.stubEnv('OMP_NUM_THREADS', variable);
  expect(usualThreads(sharing)).toBe(expected);
});

it('of processes that share a machine, none takes another’s cores', () => {
  vi.stubEnv('OMP_NUM_THREADS', String(cores));
  expect(usualThreads(2)).toBe(Math.max(1, Math.floor(cores / 2)));
});

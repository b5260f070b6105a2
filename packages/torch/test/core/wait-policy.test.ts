// Threads sleep while they wait where other processes use the cores, spin where they do not, and do as they are told.
import { expect, it } from 'vitest';
import { chooseWaitPolicy, freeCores, type ProcessorTimes } from '../../src/wait-policy.js';

const times = (busy: number, own: number, seconds: number, cores = 2): ProcessorTimes => ({
  busy,
  own,
  total: seconds * cores,
  cores,
});

it('counts what other processes used as taken, and what this one used as free', () => {
  expect(freeCores(times(5, 1, 10), times(5.2, 1.2, 10.2))).toBeCloseTo(2, 6); // this process alone
  expect(freeCores(times(5, 1, 10), times(5.4, 1.2, 10.2))).toBeCloseTo(1, 6); // and another beside it
  expect(freeCores(times(50, 1, 10, 64), times(56, 1, 10.2, 64))).toBeCloseTo(34, 6); // a large machine
});

it('tells nothing after too short a look', () => {
  expect(freeCores(times(5, 1, 10), times(5, 1, 10.01))).toBeNull();
});

it('leaves the user’s own settings, and one thread, alone', () => {
  for (const set of [{ OMP_WAIT_POLICY: 'ACTIVE' }, { GOMP_SPINCOUNT: '7' }, { OMP_NUM_THREADS: '1' }]) {
    const environment: NodeJS.ProcessEnv = { ...set };
    chooseWaitPolicy(environment);
    expect(environment).toEqual({ ...set, OPENBLAS_THREAD_TIMEOUT: '4' });
  }
  const environment = { OPENBLAS_THREAD_TIMEOUT: '20', OMP_NUM_THREADS: '1' };
  chooseWaitPolicy(environment);
  expect(environment.OPENBLAS_THREAD_TIMEOUT).toBe('20');
});

it('lets threads sleep where they are more than the cores that are free', () => {
  const environment: NodeJS.ProcessEnv = { OMP_NUM_THREADS: '100000' };
  chooseWaitPolicy(environment);
  expect(environment.OMP_WAIT_POLICY).toBe('PASSIVE');
});

// The cores of one of several processes on a machine.
import { expect, it } from 'vitest';
import { coresOf } from '../../../src/train/world/machine-part.js';

// Four processes on a machine of 32 cores.
it.each([
  ['torchrun', {}, 32, 8],
  ['torchrun, which sets OMP_NUM_THREADS unasked', { OMP_NUM_THREADS: '1' }, 32, 8],
  ['torchrun, in a container with 8 of the cores', {}, 8, 2],
  // torchrun itself is the task that Slurm gave cores to.
  ['torchrun under Slurm', { SLURM_CPUS_PER_TASK: '32' }, 32, 8],
  ['Slurm, which bound each to what it was given', { SLURM_CPUS_PER_TASK: '8' }, 8, 8],
  ['Slurm, which binds nothing', { SLURM_CPUS_PER_TASK: '8' }, 32, 8],
  ['Slurm, which was not asked for cores', {}, 32, 8],
  ['Slurm, whose job has four cores', {}, 4, 1],
  ['Slurm, with nonsense', { SLURM_CPUS_PER_TASK: 'many' }, 32, 8],
  ['Open MPI, which binds nothing', {}, 32, 8],
  ['Open MPI, each bound to one core', {}, 1, 1],
  ['Open MPI, two bound to the same half', {}, 16, 8],
  ['MPI, each bound to a quarter', {}, 8, 8],
])('%s', (launcher, environment, here, expected) => {
  const name = launcher.split(/,| under/)[0]!;
  expect(coresOf({ localSize: 4, launcher: name }, environment, { here, all: 32 })).toBe(expected);
});

it('more processes than cores have one each', () => {
  expect(coresOf({ localSize: 8, launcher: 'torchrun' }, {}, { here: 2, all: 2 })).toBe(1);
});

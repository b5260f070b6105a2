// Which process this is, by the names of each launcher; what is missing is listed.
import { describe, expect, it } from 'vitest';
import { firstNode, patienceOf, placeOf } from '../../src/distributed/environment.js';
import { GroupError } from '../../src/distributed/group-error.js';

const torchrun = {
  RANK: '3',
  WORLD_SIZE: '4',
  LOCAL_RANK: '1',
  LOCAL_WORLD_SIZE: '2',
  MASTER_ADDR: 'gpu1',
  MASTER_PORT: '29500',
};

function refused(environment: Record<string, string>): string {
  try {
    placeOf(environment);
  } catch (error) {
    expect(error).toBeInstanceOf(GroupError);
    return (error as Error).message;
  }
  return expect.fail('expected an error');
}

describe('placeOf', () => {
  it('is null without a launcher, in a world of one, and where it is switched off', () => {
    expect(placeOf({})).toBeNull();
    expect(placeOf({ RANK: '0' })).toBeNull();
    expect(placeOf({ ...torchrun, RANK: '0', WORLD_SIZE: '1' })).toBeNull();
    expect(placeOf({ ...torchrun, XCLR_DISTRIBUTED: 'off' })).toBeNull();
    // A batch script of Slurm is no task: only srun sets the step's variables.
    expect(placeOf({ SLURM_PROCID: '0', SLURM_NTASKS: '4', SLURM_JOB_NODELIST: 'n[1-4]' })).toBeNull();
  });

  it('reads torchrun’s names, with its restarts and its store', () => {
    const place = {
      ...{ rank: 3, size: 4, localRank: 1, localSize: 2, host: 'gpu1', port: 29500 },
      ...{ launcher: 'torchrun', restart: 0, served: false },
    };
    expect(placeOf(torchrun)).toEqual(place);
    const agent = { TORCHELASTIC_RESTART_COUNT: '2', TORCHELASTIC_USE_AGENT_STORE: 'True' };
    expect(placeOf({ ...torchrun, ...agent })).toEqual({ ...place, restart: 2, served: true });
  });

  it('reads Kubeflow’s, which say nothing of the machine', () => {
    const { LOCAL_RANK: _, LOCAL_WORLD_SIZE: __, ...kubeflow } = torchrun;
    expect(placeOf(kubeflow)).toMatchObject({ rank: 3, size: 4, localRank: 0, localSize: 1 });
    expect(placeOf({ ...kubeflow, LOCAL_RANK: '' })).toMatchObject({ localRank: 0 });
  });

  it('reads Slurm’s, and meets on the first node, at a port of the job', () => {
    const slurm = {
      SLURM_PROCID: '5',
      SLURM_STEP_NUM_TASKS: '7',
      SLURM_LOCALID: '1',
      SLURM_NODEID: '2',
      SLURM_STEP_TASKS_PER_NODE: '2(x3),1',
      SLURM_STEP_NODELIST: 'gpu[07-09,12]',
      SLURM_JOB_ID: '123456',
    };
    expect(placeOf(slurm)).toMatchObject({
      ...{ rank: 5, size: 7, localRank: 1, localSize: 2, host: 'gpu07', port: 23456, launcher: 'Slurm' },
    });
    expect(placeOf({ ...slurm, SLURM_NODEID: '3' })).toMatchObject({ localSize: 1 });
    expect(placeOf({ ...slurm, MASTER_ADDR: 'x', MASTER_PORT: '5' })).toMatchObject({ host: 'x', port: 5 });
    expect(['a', 'n1,n2', 'n[3,5-7]', 'r2n[003-100]x,z'].map(firstNode)).toEqual([
      'a',
      'n1',
      'n3',
      'r2n003x',
    ]);
  });

  it('reads MPI’s; on one machine nothing else is needed', () => {
    const open = {
      OMPI_COMM_WORLD_RANK: '1',
      OMPI_COMM_WORLD_SIZE: '2',
      OMPI_COMM_WORLD_LOCAL_RANK: '1',
      OMPI_COMM_WORLD_LOCAL_SIZE: '2',
    };
    expect(placeOf(open)).toMatchObject({ rank: 1, size: 2, host: '127.0.0.1', port: 29500 });
    expect(refused({ ...open, OMPI_COMM_WORLD_LOCAL_SIZE: '1' })).toContain('MASTER_ADDR is missing');
    expect(placeOf({ PMI_RANK: '0', PMI_SIZE: '2', MASTER_ADDR: 'a' })).toMatchObject({ rank: 0, size: 2 });
  });

  it('reads how long the processes wait for each other', () => {
    expect(patienceOf({})).toEqual({});
    expect(patienceOf({ XCLR_JOIN_SECONDS: '30', XCLR_COLLECTIVE_SECONDS: '5.5' })).toEqual({
      joinSeconds: 30,
      collectiveSeconds: 5.5,
    });
    expect(() => patienceOf({ XCLR_JOIN_SECONDS: 'long' })).toThrow('XCLR_JOIN_SECONDS is "long"');
  });

  it('lists what is missing or wrong, all of it', () => {
    const message = refused({ WORLD_SIZE: '4' });
    for (const name of ['RANK is missing', 'MASTER_ADDR is missing', 'MASTER_PORT is missing', 'xclr launch'])
      expect(message).toContain(name);
    expect(refused({ ...torchrun, RANK: '4' })).toContain('RANK is 4, and WORLD_SIZE is 4');
    expect(refused({ ...torchrun, MASTER_PORT: '99999' })).toContain('MASTER_PORT is "99999"');
    expect(refused({ ...torchrun, RANK: 'one' })).toContain('RANK is "one"');
    expect(refused({ ...torchrun, MASTER_ADDR: 'localhost' })).toContain(
      'this machine and not that of rank 0',
    );
  });
});

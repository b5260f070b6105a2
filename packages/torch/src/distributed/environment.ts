// Which of several processes this is, and where they meet: from the names that launchers and clusters give.
import { GroupError } from './group-error.js';
import { isLoopback } from './network.js';

/** One of several processes that train together, and where it meets the others. */
export interface Place {
  /** From 0. */
  readonly rank: number;
  /** How many processes there are. */
  readonly size: number;
  /** Among the processes of this machine, from 0. */
  readonly localRank: number;
  readonly localSize: number;
  /** Where rank 0, or who launched it, keeps the store. */
  readonly host: string;
  readonly port: number;
  /** Who said so: 'torchrun', 'Slurm', … */
  readonly launcher: string;
  /** How often all processes were started again, whose earlier keys must not be met. */
  readonly restart: number;
  /** Whether the launcher keeps the store (torchrun's agent does), so that no rank has to. */
  readonly served: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The names of a family; those that may lack have a value in their place. */
interface Family {
  readonly launcher: string;
  readonly rank: string;
  readonly size: string;
  readonly localRank: string;
  readonly localSize: string;
}

const families: readonly Family[] = [
  // Before Slurm's and MPI's: torchrun may itself have been started by them.
  {
    launcher: 'torchrun',
    rank: 'RANK',
    size: 'WORLD_SIZE',
    localRank: 'LOCAL_RANK',
    localSize: 'LOCAL_WORLD_SIZE',
  },
  // SLURM_STEP_NUM_TASKS is there under srun alone: a batch script itself is no task.
  {
    launcher: 'Slurm',
    rank: 'SLURM_PROCID',
    size: 'SLURM_STEP_NUM_TASKS',
    localRank: 'SLURM_LOCALID',
    localSize: 'SLURM_NTASKS_PER_NODE',
  },
  {
    launcher: 'Open MPI',
    rank: 'OMPI_COMM_WORLD_RANK',
    size: 'OMPI_COMM_WORLD_SIZE',
    localRank: 'OMPI_COMM_WORLD_LOCAL_RANK',
    localSize: 'OMPI_COMM_WORLD_LOCAL_SIZE',
  },
  {
    launcher: 'MPI',
    rank: 'PMI_RANK',
    size: 'PMI_SIZE',
    localRank: 'MPI_LOCALRANKID',
    localSize: 'MPI_LOCALNRANKS',
  },
];

const defaultPort = 29500;

/**
 * This process's place by its environment; null where it trains alone. XCLR_DISTRIBUTED=off has it train alone whatever else the
 * environment says.
 * @throws {GroupError} that lists what is missing or wrong
 */
export function placeOf(environment: Environment = process.env): Place | null {
  if (environment.XCLR_DISTRIBUTED === 'off') return null;
  const family = families.find(({ size }) => given(environment[size]) !== undefined);
  if (family === undefined) return null;
  const faults: string[] = [];
  const read = (name: string, least: number, fallback?: number): number => {
    const text = given(environment[name]);
    if (text === undefined) {
      if (fallback === undefined) faults.push(`${name} is missing`);
      return fallback ?? least;
    }
    const value = Number(text);
    if (!Number.isInteger(value) || value < least) faults.push(`${name} is "${text}"`);
    return value;
  };
  const size = read(family.size, 1);
  if (size === 1) return null;
  const rank = read(family.rank, 0);
  if (faults.length === 0 && rank >= size)
    faults.push(`${family.rank} is ${rank}, and ${family.size} is ${size}`);
  const localRank = read(family.localRank, 0, 0);
  const localSize = localSizeOf(environment, family, read);
  const host = given(environment.MASTER_ADDR) ?? hostOf(environment, family, { size, localSize });
  if (host === undefined) faults.push('MASTER_ADDR is missing');
  const port = read('MASTER_PORT', 1, portOf(environment, family));
  if (port > 65_535) faults.push(`MASTER_PORT is "${port}"`);
  // By torchrun's numbering the first machine has those ranks that are their local ones.
  const elsewhere =
    given(environment[family.localSize]) !== undefined && size > localSize && rank !== localRank;
  if (elsewhere && host !== undefined && isLoopback(host))
    faults.push(`MASTER_ADDR is ${host}, which is this machine and not that of rank 0`);
  if (faults.length > 0 || host === undefined) throw incomplete(family, faults);
  return {
    ...{ rank, size, localRank, localSize, host, port },
    launcher: family.launcher,
    restart: read('TORCHELASTIC_RESTART_COUNT', 0, 0),
    served: environment.TORCHELASTIC_USE_AGENT_STORE === 'True',
  };
}

/** Kubernetes gives empty strings for what it does not know. */
const given = (text: string | undefined): string | undefined =>
  text === undefined || text.trim() === '' ? undefined : text.trim();

function localSizeOf(
  environment: Environment,
  { launcher, localSize }: Family,
  read: (name: string, least: number, fallback?: number) => number,
): number {
  if (launcher !== 'Slurm') return read(localSize, 1, 1);
  // '2(x3),1': tasks of each node; this one's is SLURM_NODEID.
  const counts = given(environment.SLURM_STEP_TASKS_PER_NODE);
  if (counts === undefined) return read(localSize, 1, 1);
  const nodes = counts.split(',').flatMap((part) => {
    const [, tasks = '1', times = '1'] = /^(\d+)(?:\(x(\d+)\))?$/.exec(part) ?? [];
    return Array.from({ length: Number(times) }, () => Number(tasks));
  });
  return nodes[Number(environment.SLURM_NODEID ?? 0)] ?? 1;
}

/** The first node of Slurm's list; this machine where all processes are on it. */
function hostOf(
  environment: Environment,
  { launcher }: Family,
  { size, localSize }: { readonly size: number; readonly localSize: number },
): string | undefined {
  if (launcher === 'Slurm') {
    const list = given(environment.SLURM_STEP_NODELIST) ?? given(environment.SLURM_JOB_NODELIST);
    return list === undefined ? undefined : firstNode(list);
  }
  return launcher !== 'torchrun' && size === localSize ? '127.0.0.1' : undefined;
}

/** 'node[07-09,12],gpu3' → 'node07'. @internal */
export function firstNode(list: string): string {
  const [, name = list, first = '', rest = ''] = /^([^,[]*)(?:\[(\w+)[^\]]*\])?([^,[]*)/.exec(list) ?? [];
  return `${name}${first}${rest}`;
}

/** Jobs of a cluster that share a machine must not meet: Slurm's have a number. */
function portOf(environment: Environment, { launcher }: Family): number | undefined {
  if (launcher === 'torchrun') return undefined;
  const job = Number(environment.SLURM_JOB_ID ?? Number.NaN);
  return launcher === 'Slurm' && Number.isInteger(job) ? 20_000 + (job % 20_000) : defaultPort;
}

function incomplete({ launcher, size }: Family, faults: readonly string[]): GroupError {
  const needed =
    launcher === 'torchrun'
      ? 'RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT are needed by every process; LOCAL_RANK and LOCAL_WORLD_SIZE where a machine runs several'
      : 'Where there are several machines, set MASTER_ADDR to that of rank 0 (mpirun -x MASTER_ADDR=…); MASTER_PORT may be given besides';
  return new GroupError(
    `distributed training: ${size} is set, but ${faults.join(', ')}`,
    `${needed}. \`xclr launch --processes K -- train …\`, torchrun and Kubeflow set them; XCLR_DISTRIBUTED=off trains in one process.`,
  );
}

/** How long the processes wait for each other, in seconds; what is not said is left out. */
export interface Patience {
  readonly joinSeconds?: number;
  readonly collectiveSeconds?: number;
}

/**
 * XCLR_JOIN_SECONDS and XCLR_COLLECTIVE_SECONDS, where they are set.
 * @throws {GroupError} where they are no positive numbers
 */
export function patienceOf(environment: Environment = process.env): Patience {
  const read = (name: string): number | undefined => {
    const text = given(environment[name]);
    if (text === undefined) return undefined;
    const seconds = Number(text);
    if (seconds > 0 && seconds < 1e6) return seconds;
    throw new GroupError(
      `distributed training: ${name} is "${text}"`,
      'Give a number of seconds, such as 600.',
    );
  };
  const joinSeconds = read('XCLR_JOIN_SECONDS');
  const collectiveSeconds = read('XCLR_COLLECTIVE_SECONDS');
  return {
    ...(joinSeconds !== undefined && { joinSeconds }),
    ...(collectiveSeconds !== undefined && { collectiveSeconds }),
  };
}

// Starts `xclr train` in several processes that meet on this machine, as a launcher would.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../../src/util/free-port.js';

/** What the command line starts. */
export const main = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));

/** The variables of torchrun. */
export async function variablesOf(size: number): Promise<(rank: number) => Record<string, string>> {
  const port = String(await freePort());
  return (rank) => ({
    ...{ RANK: String(rank), WORLD_SIZE: String(size), MASTER_ADDR: '127.0.0.1', MASTER_PORT: port },
    ...{ LOCAL_RANK: String(rank), LOCAL_WORLD_SIZE: String(size), OMP_NUM_THREADS: '1' },
  });
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
  /** performance.now() at its end. */
  readonly at: number;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when it has written this on standard error. */
  says(text: string): Promise<void>;
}

/** @param before a command that starts it, such as `ip netns exec NAME`; with an empty script that command alone */
export function start(
  script: string,
  args: readonly string[],
  environment: Record<string, string>,
  before: readonly string[] = [],
): Started {
  const [command = '', ...all] = [...before, ...(script === '' ? [] : [process.execPath, script]), ...args];
  const child = spawn(command, all, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  let [out, err] = ['', ''];
  child.stdout?.on('data', (chunk: Buffer) => {
    out += chunk;
  });
  const listeners = new Set<() => void>();
  child.stderr?.on('data', (chunk: Buffer) => {
    err += chunk;
    for (const listener of listeners) listener();
  });
  const ended = once(child, 'close').then((values) => {
    const [code, signal] = values as [number | null, NodeJS.Signals | null];
    return { code, signal, out, err, at: performance.now() };
  });
  const says = (text: string) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!err.includes(text)) return;
        listeners.delete(look);
        resolve();
      };
      listeners.add(look);
      look();
    });
  return { child, ended, says };
}

/** `xclr train …` in every rank; `by` adds arguments to one of them. */
export async function startTraining(
  size: number,
  args: readonly string[],
  {
    by = {},
    environment = {},
  }: {
    readonly by?: Readonly<Record<number, readonly string[]>>;
    readonly environment?: Readonly<Record<string, string>>;
  } = {},
): Promise<Started[]> {
  const variables = await variablesOf(size);
  return Array.from({ length: size }, (_, rank) =>
    start(main, ['train', ...args, ...(by[rank] ?? [])], { ...variables(rank), ...environment }),
  );
}

/** Trains in so many processes, or in one, to the end. */
export async function runTogether(...args: Parameters<typeof startTraining>): Promise<Ended[]> {
  return Promise.all((await startTraining(...args)).map(({ ended }) => ended));
}

export function alone(args: readonly string[]): Promise<Ended> {
  return start(main, args, {}).ended;
}

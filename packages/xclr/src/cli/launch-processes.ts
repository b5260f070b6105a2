// `xclr launch`: starts the processes of a training on this machine, passes signals on, and ends all where one fails.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { UserError } from '../util/errors.js';
import { freePort } from '../util/free-port.js';
import { explainEnding } from './explain-ending.js';
import { markParent } from './parent-watch.js';

export interface LaunchOptions {
  readonly processes: number;
  readonly port?: number;
}

/** What a process may take to end by itself once another has failed, and then once it was asked to, ms. */
const patience = 15_000;

/** What an ending that only follows another's is told by: `tryAgain` of @xclr/torch. */
const followed = 75;

export async function launchCommand(words: readonly string[], options: LaunchOptions): Promise<void> {
  const { processes, port = await freePort() } = options;
  const [name] = words;
  if (name !== 'train')
    throw new UserError(
      `launch: expected train after --, got ${name}`,
      'Only training is done by several processes together: xclr launch --processes 2 -- train --data …',
    );
  const notice = coresNotice(processes, availableParallelism());
  if (notice !== null) process.stderr.write(`${notice}\n`);
  const children = Array.from({ length: processes }, (_, rank) => start(words, rank, processes, port));
  const stopPassing = passSignals(children);
  try {
    process.exitCode = await outcome(children);
  } finally {
    stopPassing();
  }
}

/** What more processes than cores come to; null where there are enough. @internal */
export function coresNotice(processes: number, cores: number): string | null {
  if (processes <= cores) return null;
  return `launch: ${processes} processes share ${cores} ${cores === 1 ? 'core' : 'cores'}; without a GPU for each, fewer train faster`;
}

/** The variables that torchrun sets as well, and this machine divided. */
function environmentOf(rank: number, processes: number, port: number): Record<string, string> {
  const threads = String(Math.max(1, Math.floor(availableParallelism() / processes)));
  const { OMP_NUM_THREADS = threads } = process.env;
  return {
    RANK: String(rank),
    WORLD_SIZE: String(processes),
    LOCAL_RANK: String(rank),
    LOCAL_WORLD_SIZE: String(processes),
    MASTER_ADDR: '127.0.0.1',
    MASTER_PORT: String(port),
    OMP_NUM_THREADS,
    UV_THREADPOOL_SIZE: String(Math.max(4, Math.ceil(availableParallelism() / processes))),
    ...markParent(),
  };
}

function start(words: readonly string[], rank: number, processes: number, port: number): ChildProcess {
  const main = fileURLToPath(new URL('./main.js', import.meta.url));
  const child = spawn(process.execPath, [...process.execArgv, main, ...words], {
    stdio: rank === 0 ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environmentOf(rank, processes, port) },
  });
  prefix(child.stdout, process.stdout, rank);
  prefix(child.stderr, process.stderr, rank);
  return child;
}

function prefix(from: Readable | null, to: Writable, rank: number): void {
  if (from === null) return;
  createInterface(from).on('line', (line) => {
    if (line !== '') to.write(`[rank ${rank}] ${line}\n`);
  });
}

/** At a terminal Ctrl-C reaches all by itself. */
function passSignals(children: readonly ChildProcess[]): () => void {
  const atTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  const pass = (signal: NodeJS.Signals) => {
    if (signal === 'SIGINT' && atTerminal) return;
    for (const child of children) child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, pass);
  return () => {
    for (const signal of signals) process.off(signal, pass);
  };
}

/** Waits for all; the exit code is that of the process that failed first, not of those that followed it. */
async function outcome(children: readonly ChildProcess[]): Promise<number> {
  const codes: number[] = [];
  let asked: NodeJS.Timeout[] = [];
  await Promise.all(
    children.map(async (child, rank) => {
      const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
      const explanation = explainEnding({ code, signal });
      if (explanation !== null) process.stderr.write(`\nrank ${rank}: ${explanation}\n`);
      const status = code ?? 128 + (signalNumbers[signal ?? ''] ?? 0);
      if (status === 0) return;
      codes.push(status);
      if (asked.length === 0) asked = endAll(children);
    }),
  );
  for (const timer of asked) clearTimeout(timer);
  return codes.find((code) => code !== followed) ?? codes[0] ?? 0;
}

const signalNumbers: Readonly<Record<string, number>> = {
  ...{ SIGHUP: 1, SIGINT: 2, SIGILL: 4, SIGABRT: 6, SIGBUS: 7, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 },
};

/** They learn of it by themselves, unless they hang. */
function endAll(children: readonly ChildProcess[]): NodeJS.Timeout[] {
  const kill = (signal: NodeJS.Signals) => () => {
    for (const child of children) if (child.exitCode === null) child.kill(signal);
  };
  return [setTimeout(kill('SIGTERM'), patience), setTimeout(kill('SIGKILL'), 2 * patience)];
}

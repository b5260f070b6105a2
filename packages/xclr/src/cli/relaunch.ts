// Runs a Node script in another environment as if this process were that one: streams, signals, exit status.
import { spawn } from 'node:child_process';
import { markParent } from './parent-watch.js';

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * Starts `script` with this process's Node, arguments and streams, passes signals on and waits for its end.
 * At a terminal Ctrl-C reaches both processes by itself, so it is not passed on a second time.
 */
export function runScript(
  script: string,
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Ending> {
  const child = spawn(process.execPath, [...process.execArgv, script, ...args], {
    stdio: 'inherit',
    env: { ...environment, ...markParent() },
  });
  const atTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  const passOn = (signal: NodeJS.Signals): void => {
    if (signal !== 'SIGINT' || !atTerminal) child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2'] as const;
  for (const signal of signals) process.on(signal, passOn);
  return new Promise((resolve, reject) => {
    const done = (): void => {
      for (const signal of signals) process.off(signal, passOn);
    };
    child.once('error', (error) => {
      done();
      reject(error);
    });
    child.once('exit', (code, signal) => {
      done();
      resolve({ code, signal });
    });
  });
}

/** Ends this process the way the other one ended. */
export function endLike({ code, signal }: Ending): void {
  if (signal !== null) process.kill(process.pid, signal);
  process.exitCode = code ?? 1;
}

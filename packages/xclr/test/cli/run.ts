// Runs `xclr …` as a process of its own, as a user would.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export const command = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface Ended {
  readonly code: number;
  readonly out: string;
  /** Empty where it went well: progress is not kept. */
  readonly err: string;
}

/** `xclr` in a folder. */
export const xclrIn =
  (cwd: string) =>
  (...args: readonly string[]): Ended => {
    const options = { cwd, stdio: 'pipe', encoding: 'utf8' } as const;
    try {
      return { code: 0, out: execFileSync(process.execPath, [command, ...args], options), err: '' };
    } catch (error) {
      const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
      return { code: status, out: stdout, err: stderr };
    }
  };

export interface Serving {
  readonly url: string;
  readonly child: ChildProcess;
  /** What it wrote on standard output so far: a JSON line a request. */
  readonly log: () => string;
  /** Ends it as an orchestrator would; its exit code. */
  readonly stop: () => Promise<number>;
}

/** `xclr serve …` on a free port, once it listens. */
export async function serving(cwd: string, ...args: readonly string[]): Promise<Serving> {
  const child = spawn(process.execPath, [command, 'serve', ...args, '--port', '0'], { cwd, stdio: 'pipe' });
  const ended = once(child, 'close') as Promise<[number]>;
  let log = '';
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const found = /listening on (\S+)/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    void ended.then(([code]) => reject(new Error(`xclr serve ended with ${code}: ${said}`)));
  });
  const stop = async () => {
    child.kill('SIGTERM');
    const [code] = await ended;
    return code;
  };
  return { url, child, log: () => log, stop };
}

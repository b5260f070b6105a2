// Runs `xclr …` as a process of its own, as a user would.
import { execFileSync } from 'node:child_process';
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

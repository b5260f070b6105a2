// What set-up prints, and the log that it keeps of the commands it runs.
import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { LibtorchError } from './libtorch-error.js';

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What to do where it fails, from what it printed. */
  readonly remedy: string | ((output: string) => string);
}

export class Steps {
  /** How many steps had something to do. */
  count = 0;
  readonly log: string;

  /** @param log file for the whole output of every command; begun anew */
  constructor(log: string) {
    this.log = log;
    try {
      mkdirSync(dirname(log), { recursive: true });
      writeFileSync(log, '');
    } catch (error) {
      throw new LibtorchError(
        `set-up: ${dirname(log)} cannot be written to: ${(error as Error).message}`,
        'Set XDG_CACHE_HOME to a folder that you may write to.',
      );
    }
  }

  say(text: string): void {
    console.log(`set-up: ${text}`);
  }

  /**
   * Runs a command with its output in the log.
   * @throws {LibtorchError} with the end of its output, where it fails
   */
  async run(title: string, command: readonly string[], { env, remedy }: CommandOptions): Promise<void> {
    this.count++;
    this.say(`${title} …`);
    const began = performance.now();
    appendFileSync(this.log, `=== ${title}: ${command.join(' ')}\n`);
    const { ok, output } = await outputOf(command, env);
    appendFileSync(this.log, output);
    const seconds = Math.round((performance.now() - began) / 1000);
    if (ok) {
      if (seconds >= 5) this.say(`  done in ${seconds} s`);
      return;
    }
    throw new LibtorchError(
      `set-up: ${title} failed. From its output (all of it is in ${this.log}):\n${excerpt(output)}`,
      typeof remedy === 'string' ? remedy : remedy(output),
    );
  }
}

function outputOf(
  [program = '', ...args]: readonly string[],
  env: CommandOptions['env'],
): Promise<{ ok: boolean; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    child.once('error', (error) => resolve({ ok: false, output: `${output}${error.message}\n` }));
    child.once('close', (code) => resolve({ ok: code === 0, output }));
  });
}

/** The lines that say what went wrong, and the last ones. @internal */
export function excerpt(output: string): string {
  const lines = output.trimEnd().split('\n');
  const telling = lines.findIndex((line) => /error[: ]|npm err/i.test(line));
  const last = Math.max(0, lines.length - 12);
  const shown =
    telling >= 0 && telling < last
      ? [...lines.slice(telling, Math.min(telling + 12, last)), '…', ...lines.slice(last)]
      : lines.slice(last);
  return shown.map((line) => `  | ${line.slice(0, 300)}`).join('\n');
}

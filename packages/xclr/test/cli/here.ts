// Runs `xclr …` in this process, as main.ts does: for commands whose process does not matter, since starting one takes
// a second or two of processor time.
import { format } from 'node:util';
import { type Command, CommanderError } from 'commander';
import { vi } from 'vitest';
import { explainError } from '../../src/cli/explain-error.js';
import { programFor } from '../../src/cli/program.js';

/** What a command said, and how its process would have ended. */
export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The command and all below it. */
export function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

/** The exit status of a command line; an error that a user could not understand is thrown. */
async function exitCode(words: readonly string[], say: (text: string) => void): Promise<number> {
  try {
    const { program, args } = await programFor(words);
    for (const command of everyCommand(program)) command.exitOverride();
    await program.parseAsync(args, { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    const message = explainError(error);
    if (message === null) throw error;
    say(`xclr: ${message}\n`);
    return 1;
  }
}

const signals = ['SIGINT', 'SIGTERM'] as const;

/** `xclr` in a folder, one command at a time. */
export const xclrHere =
  (cwd: string) =>
  async (...words: readonly string[]): Promise<Said> => {
    let out = '';
    let err = '';
    const toOut = (text: unknown) => {
      out += String(text);
      return true;
    };
    const toErr = (text: unknown) => {
      err += String(text);
      return true;
    };
    const line =
      (to: (text: unknown) => boolean) =>
      (...args: unknown[]) =>
        void to(`${format(...args)}\n`);
    const spies = [
      vi.spyOn(process.stdout, 'write').mockImplementation(toOut),
      vi.spyOn(process.stderr, 'write').mockImplementation(toErr),
      vi.spyOn(console, 'log').mockImplementation(line(toOut)),
      vi.spyOn(console, 'error').mockImplementation(line(toErr)),
      vi.spyOn(console, 'warn').mockImplementation(line(toErr)),
    ];
    const before = process.cwd();
    const heard = signals.map((signal) => [signal, process.listeners(signal)] as const);
    process.chdir(cwd);
    try {
      return { code: await exitCode(words, toErr), out, err };
    } finally {
      process.chdir(before);
      process.exitCode = undefined;
      for (const spy of spies) spy.mockRestore();
      // A process that ends needs not forget how it stops at a signal.
      for (const [signal, earlier] of heard)
        for (const listener of process.listeners(signal))
          if (!earlier.includes(listener)) process.off(signal, listener);
    }
  };

// The name of a command with those of the commands around it.
import type { Command } from 'commander';

/** `xclr data inspect`. */
export function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}

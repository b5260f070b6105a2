// xclr doctor: what this machine has, what is missing, and what to do about it.
import type { Command } from 'commander';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .option('--json', 'print the checks as JSON')
    .action(lazily(async () => (await import('../doctor.js')).doctorCommand));
}

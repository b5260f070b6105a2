// `xclr doctor`: what this machine has, what is missing, and what to do about it.
import type { Command } from 'commander';
import { guide } from '../help/guide.js';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .option('--json', 'Print the checks as JSON')
    .action(lazily(async () => (await import('../doctor.js')).doctorCommand));
  guide(command, {
    notes: ['The exit status is 1 if something that training needs is missing.'],
    examples: [{ run: 'xclr doctor' }, { run: 'xclr doctor --json | jq .' }],
  });
}

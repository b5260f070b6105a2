// `xclr index remove`: items out of an index, by id.
import type { Command } from 'commander';
import { postgresOption } from '../index-flags.js';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .argument('<index>', 'folder; with --postgres a table')
    .argument('[id...]', 'ids of the items')
    .option('--ids <file>', 'text file with one id per line')
    .addOption(postgresOption())
    .action(lazily(async () => (await import('../index-remove.js')).removeCommand));
}

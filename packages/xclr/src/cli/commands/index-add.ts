// `xclr index add`: more items, or new vectors for those that are there.
import type { Command } from 'commander';
import { postgresOption } from '../index-flags.js';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .argument('<index>', 'folder; with --postgres a table')
    .argument('<embeddings...>', 'files that xclr embed wrote, with the encoder of the index')
    .addOption(postgresOption())
    .action(lazily(async () => (await import('../index-add.js')).addCommand));
}

// `xclr index add`: more items, or new vectors for those that are there.
import type { Command } from 'commander';
import { guide } from '../help/guide.js';
import { postgresOption } from '../index-flags.js';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .argument('<index>', 'Folder of the index; with --postgres, a table')
    .argument('<embeddings...>', 'Files that xclr embed wrote with the encoder of the index')
    .addOption(postgresOption())
    .action(lazily(async () => (await import('../index-add.js')).addCommand));
  guide(command, { examples: [{ run: 'xclr index add products.index new-products.parquet' }] });
}

// `xclr index info`: what an index holds, and whether it is whole.
import type { Command } from 'commander';
import { guide } from '../help/guide.js';
import { postgresOption } from '../index-flags.js';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .argument('<index>', 'Folder of the index; with --postgres, a table')
    .addOption(postgresOption())
    .action(lazily(async () => (await import('../index-info.js')).infoCommand));
  guide(command, { examples: [{ run: 'xclr index info products.index' }] });
}

// `xclr index remove`: items out of an index, by id.
import type { Command } from 'commander';
import { guide } from '../help/guide.js';
import { postgresOption } from '../index-flags.js';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .argument('<index>', 'Folder of the index; with --postgres, a table')
    .argument('[id...]', 'Ids of the items to remove')
    .option('--ids <file>', 'Text file with one id per line')
    .addOption(postgresOption())
    .action(lazily(async () => (await import('../index-remove.js')).removeCommand));
  guide(command, {
    examples: [
      { run: 'xclr index remove products.index 15970 15971' },
      { run: 'xclr index remove products.index --ids sold-out.txt' },
    ],
  });
}

// `xclr index info`: what an index holds, and whether it is whole.
import type { Command } from 'commander';
import { openIndex } from '../deploy/search/index.js';
import { describeIndex, postgresOption } from './index-flags.js';

export function register(index: Command): void {
  index
    .command('info')
    .description('Say what an index holds; every checksum is compared')
    .argument('<index>', 'folder; with --postgres a table')
    .addOption(postgresOption())
    .action(async (name: string, flags: { postgres?: string }) => {
      await using index = await openIndex(name, flags.postgres);
      console.log(describeIndex(index));
    });
}

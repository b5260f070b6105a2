// `xclr index add`: more items, or new vectors for those that are there.
import type { Command } from 'commander';
import { openEmbeddings } from '../deploy/embed/index.js';
import { openIndex, readAll, refuseOtherEncoder } from '../deploy/search/index.js';
import { postgresOption } from './index-flags.js';

export function register(index: Command): void {
  index
    .command('add')
    .description('Add items to an index, in place of those with the same ids')
    .argument('<index>', 'folder; with --postgres a table')
    .argument('<embeddings...>', 'files that xclr embed wrote, with the encoder of the index')
    .addOption(postgresOption())
    .action(addCommand);
}

async function addCommand(
  name: string,
  files: readonly string[],
  flags: { postgres?: string },
): Promise<void> {
  await using index = await openIndex(name, flags.postgres);
  const embeddings = await openEmbeddings(files);
  refuseOtherEncoder(index, embeddings.encoder);
  const before = index.size;
  await index.upsert(await readAll(embeddings));
  const added = index.size - before;
  console.log(
    `→ ${index.name}: ${added} items added, ${embeddings.rows - added} replaced; ${index.size} in all`,
  );
}

// `xclr catalog`: an exported encoder and an index as a page of static files that a shop can put online.
import type { Command } from 'commander';
import { guide } from '../help/guide.js';
import { postgresOption } from '../index-flags.js';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .argument('<encoder>', 'Folder that xclr export wrote')
    .argument('<index>', 'Folder that xclr index build wrote; with --postgres, a table')
    .argument('<out>', 'Folder to write; an older catalog there is replaced')
    .option('--title <text>', 'Title of the page (default: name of the index)')
    .option(
      '--columns <list>',
      'Columns to show and to filter by, in this order (default: those with few values, and numbers)',
      (text: string) => text.split(',').map((one) => one.trim()),
    )
    .addOption(postgresOption())
    .action(lazily(async () => (await import('../catalog.js')).catalogCommand));
  guide(command, {
    notes: [
      'Customers search by an image, which stays on their device, by words, or by another item, and narrow the results by columns. Words are looked up in the names and in the mean image of every word, so no text encoder is needed. All of it runs in the browser; any web server will do.',
      'The encoder must be the one of the index: some images are encoded once more and compared with it. Up to 50,000 items; xclr serve is for more.',
    ],
    examples: [
      { run: 'xclr catalog products-encoder shop site --title "Our shop" --columns type,color,price' },
    ],
  });
}

// `xclr data inspect`: what a source is, what it holds, what is wrong with it.
import type { Command } from 'commander';
import { addSharedFlags, sharedFlags, viewSections } from '../data-flags.js';
import { guide } from '../help/guide.js';
import { topicsOf } from '../setting-topics.js';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .argument('<path>', 'Folder or file, as xclr train --data takes it')
    .option('--out <file>', 'Also write a page with example images and charts (HTML)')
    .option('--json', 'Print everything as JSON in place of text');
  addSharedFlags(command, viewSections).action(
    lazily(async () => (await import('../data-inspect.js')).inspectCommand),
  );
  guide(command, {
    topics: topicsOf(sharedFlags(viewSections)),
    first: [
      '--data-image-column',
      '--data-caption-column',
      '--data-label-column',
      '--data-image-root',
      '--size',
    ],
    notes: ['Reads the whole table and the headers of 1,000 images; xclr data verify decodes every image.'],
    examples: [
      { run: 'xclr data inspect images/ --out inspection.html' },
      { run: 'xclr data inspect products.csv --data-caption-column title --data-label-column category' },
      { run: 'xclr data inspect images/ --json | jq .classes' },
    ],
  });
}

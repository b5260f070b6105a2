// `xclr data inspect`: what a source is, what it holds, what is wrong with it.
import type { Command } from 'commander';
import { addSharedFlags, viewSections } from '../data-flags.js';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .argument('<path>', 'folder or file, as xclr train --data takes it')
    .option('--out <file>', 'write a page with example images and charts (HTML)')
    .option('--json', 'print everything as JSON instead of text')
    .addHelpText(
      'after',
      `
Examples:
  xclr data inspect images/ --out sheet.html
  xclr data inspect products.csv --data-caption-column title --data-label-column category
  xclr data inspect images/ --json | jq .classes

It reads the whole table and the headers of 1,000 images; xclr data verify decodes every one.`,
    );
  addSharedFlags(command, viewSections).action(
    lazily(async () => (await import('../data-inspect.js')).inspectCommand),
  );
}

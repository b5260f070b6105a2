// `xclr data views`: images beside the views that training makes of them.
import type { Command } from 'commander';
import { addSharedFlags, viewSections } from '../data-flags.js';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .argument('<path>', 'folder or file, as xclr train --data takes it')
    .option('--out <file>', 'the page to write', 'views.html')
    .option('--images <number>', 'how many images', '6')
    .option('--each <number>', 'how many views of each', '6')
    .addHelpText(
      'after',
      `
Examples:
  xclr data views images/ --size 64
  xclr data views images/ --recipe light --out light.html
  xclr data views signs.csv --views-overrides geometry.flip=0,geometry.scale=[0.5,1]

The page also tells what each stage of the recipe does and when to change it.`,
    );
  addSharedFlags(command, viewSections).action(
    lazily(async () => (await import('../data-views.js')).viewsCommand),
  );
}

// `xclr data views`: images beside the views that training makes of them.
import type { Command } from 'commander';
import { addSharedFlags, sharedFlags, viewSections } from '../data-flags.js';
import { guide } from '../help/guide.js';
import { atMost } from '../numbers.js';
import { topicsOf } from '../setting-topics.js';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .argument('<path>', 'Folder or file, as xclr train --data takes it')
    .option('--out <file>', 'The page to write (default: xclr-reports/<data>/views.html)')
    .option('--images <number>', 'How many images to show', atMost(100), 6)
    .option('--each <number>', 'How many views of each image to show', atMost(50), 6);
  addSharedFlags(command, viewSections).action(
    lazily(async () => (await import('../data-views.js')).viewsCommand),
  );
  guide(command, {
    topics: topicsOf(sharedFlags(viewSections)),
    first: ['--size', '--recipe', '--views-overrides', '--seed'],
    notes: ['The page also explains what each stage of the recipe does and when to change it.'],
    examples: [
      { run: 'xclr data views images/ --size 64' },
      { run: 'xclr data views images/ --recipe light --out light.html' },
      { run: "xclr data views signs.csv --views-overrides 'geometry.flip=0,geometry.scale=[0.5,1]'" },
    ],
  });
}

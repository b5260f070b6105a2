// `xclr graph build`: encodes the captions ahead of training.
import type { Command } from 'commander';
import { addGraphFlags, graphFlags } from '../graph-flags.js';
import { guide } from '../help/guide.js';
import { topicsOf } from '../setting-topics.js';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command.argument('<data>', 'Folder or file, as xclr train --data takes it');
  addGraphFlags(command).action(lazily(async () => (await import('../graph-build.js')).buildCommand));
  guide(command, {
    topics: topicsOf(graphFlags),
    first: ['--text-encoder', '--graph-model', '--data-caption-column'],
    notes: [
      'Captions that are in the store already are not encoded again, whichever data set they came from. After Ctrl-C or a crash the same command resumes.',
    ],
    examples: [
      { run: 'xclr graph build products.csv' },
      { run: 'xclr graph build products.csv --text-encoder static --graph-model potion-base-8M/' },
    ],
  });
}

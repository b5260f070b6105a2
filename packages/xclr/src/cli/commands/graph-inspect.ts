// `xclr graph inspect`: a page that shows the similarities of the graph.
import type { Command } from 'commander';
import { addGraphFlags, graphFlags } from '../graph-flags.js';
import { guide } from '../help/guide.js';
import { topicsOf } from '../setting-topics.js';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .argument('<data>', 'Folder or file, as xclr train --data takes it')
    .option('--of <ids...>', 'Ids of the samples whose neighbors to show (default: some that are drawn)')
    .option('--out <file>', 'The page to write (default: xclr-reports/<data>/graph.html)');
  addGraphFlags(command).action(lazily(async () => (await import('../graph-inspect.js')).inspectCommand));
  guide(command, {
    topics: topicsOf(graphFlags),
    first: ['--graph', '--text-encoder', '--graph-temperature', '--data-caption-column', '--batch-size'],
    examples: [
      { run: 'xclr graph inspect products.csv --text-encoder wordnet' },
      { run: 'xclr graph inspect products.csv --config train.yaml --of shoe-17' },
    ],
  });
}

// `xclr graph inspect`: a page that shows the similarities of the graph.
import type { Command } from 'commander';
import { addGraphFlags } from '../graph-flags.js';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .argument('<data>', 'folder or file, as xclr train --data takes it')
    .option('--of <ids...>', 'samples whose neighbors to show')
    .option('--out <file>', 'the page to write', 'graph.html')
    .addHelpText(
      'after',
      `
Examples:
  xclr graph inspect products.csv --text-encoder wordnet
  xclr graph inspect products.csv --config recipe.yaml --of shoe-17`,
    );
  addGraphFlags(command).action(lazily(async () => (await import('../graph-inspect.js')).inspectCommand));
}

// `xclr graph compare`: two graphs over the same data.
import type { Command } from 'commander';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .argument('<data>', 'folder or file, as xclr train --data takes it')
    .argument('<first>', 'YAML file with the settings of one graph')
    .argument('<second>', 'YAML file with the settings of the other')
    .option('--examples <number>', 'pairs to show each way', '8')
    .option('--out <file>', 'the page to write', 'graphs.html')
    .addHelpText(
      'after',
      `
Example of such a file:
  graph: { kind: text, encoder: wordnet }`,
    )
    .action(lazily(async () => (await import('../graph-compare.js')).compareCommand));
}

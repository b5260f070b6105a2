// `xclr graph compare`: two graphs over the same data.
import type { Command } from 'commander';
import { guide } from '../help/guide.js';
import { atMost } from '../numbers.js';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .argument('<data>', 'Folder or file, as xclr train --data takes it')
    .argument('<first>', 'YAML file with the settings of one graph')
    .argument('<second>', 'YAML file with the settings of the other')
    .option('--examples <number>', 'How many pairs to show on either side', atMost(1000), 8)
    .option('--out <file>', 'The page to write (default: xclr-reports/<data>/graphs.html)')
    .action(lazily(async () => (await import('../graph-compare.js')).compareCommand));
  guide(command, {
    notes: [
      'The two files are as xclr train --config takes them. The least that one may hold:\n  graph: { kind: text, encoder: wordnet }',
    ],
    examples: [{ run: 'xclr graph compare products.csv wordnet.yaml minilm.yaml' }],
  });
}

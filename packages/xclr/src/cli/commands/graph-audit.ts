// `xclr graph audit`: faults in captions, labels and splits, with a list that training can leave out.
import type { Command } from 'commander';
import { addGraphFlags, graphFlags } from '../graph-flags.js';
import { guide } from '../help/guide.js';
import { topicsOf } from '../setting-topics.js';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .argument('<data>', 'Folder or file, as xclr train --data takes it')
    .option(
      '--encoder <run>',
      'Run folder of a trained encoder, to find images that do not match their caption',
    )
    .option('--no-images', 'Do not look for the same image in several splits')
    .option('--out <file>', 'The page to write (default: xclr-reports/<data>/audit.html)')
    .option(
      '--exclude <file>',
      'The list of images to leave out, as train --data-exclude takes it (default: audit.jsonl beside the page)',
    );
  addGraphFlags(command).action(lazily(async () => (await import('../graph-audit.js')).auditCommand));
  guide(command, {
    topics: topicsOf(graphFlags),
    first: ['--text-encoder', '--data-caption-column', '--data-label-column'],
    examples: [
      { run: 'xclr graph audit products.csv --text-encoder wordnet' },
      {
        run: 'xclr train --data products.csv --data-exclude xclr-reports/products/audit.jsonl',
        does: 'train without what was found',
      },
    ],
  });
}

// `xclr graph audit`: faults in captions, labels and splits, with a list that training can leave out.
import type { Command } from 'commander';
import { addGraphFlags } from '../graph-flags.js';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .argument('<data>', 'folder or file, as xclr train --data takes it')
    .option(
      '--encoder <run>',
      'run folder of a trained encoder: finds images that do not match their caption',
    )
    .option('--no-images', 'do not search for the same image in several splits')
    .option('--out <file>', 'the page to write', 'audit.html')
    .option('--exclude <file>', 'the list of images to leave out of training', 'audit.jsonl')
    .addHelpText(
      'after',
      `
Examples:
  xclr graph audit products.csv --text-encoder wordnet
  xclr train --data products.csv --data-exclude audit.jsonl`,
    );
  addGraphFlags(command).action(lazily(async () => (await import('../graph-audit.js')).auditCommand));
}

// `xclr graph calibrate`: which τ_s suits these captions, for batches of several sizes.
import type { Command } from 'commander';
import { addGraphFlags } from '../graph-flags.js';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .argument('<data>', 'folder or file, as xclr train --data takes it')
    .option('--mass <fraction>', 'wanted fraction of the target on views with the same caption', '0.5')
    .option('--out <file>', 'the page to write', 'calibration.html')
    .addHelpText(
      'after',
      `
Examples:
  xclr graph calibrate products.csv --text-encoder wordnet
  xclr graph calibrate products.csv --config recipe.yaml --batch-size 512`,
    );
  addGraphFlags(command).action(lazily(async () => (await import('../graph-calibrate.js')).calibrateCommand));
}

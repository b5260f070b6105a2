// `xclr graph calibrate`: which τ_s suits these captions, for batches of several sizes.
import type { Command } from 'commander';
import { addGraphFlags, graphFlags } from '../graph-flags.js';
import { guide } from '../help/guide.js';
import { innerFraction } from '../numbers.js';
import { topicsOf } from '../setting-topics.js';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .argument('<data>', 'Folder or file, as xclr train --data takes it')
    .option(
      '--mass <fraction>',
      'Fraction of the target that views with the same caption should get',
      innerFraction,
      0.5,
    )
    .option('--out <file>', 'The page to write (default: xclr-reports/<data>/calibration.html)');
  addGraphFlags(command).action(lazily(async () => (await import('../graph-calibrate.js')).calibrateCommand));
  guide(command, {
    topics: topicsOf(graphFlags),
    first: ['--graph', '--text-encoder', '--data-caption-column', '--batch-size'],
    notes: ['xclr train --graph-temperature auto uses the τ_s that this command proposes.'],
    examples: [
      { run: 'xclr graph calibrate products.csv --text-encoder wordnet' },
      { run: 'xclr graph calibrate products.csv --config train.yaml --batch-size 512' },
    ],
  });
}

// `xclr graph build`: encodes the captions ahead of training.
import type { Command } from 'commander';
import { addGraphFlags } from '../graph-flags.js';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command.argument('<data>', 'folder or file, as xclr train --data takes it').addHelpText(
    'after',
    `
Captions that are in the store already are not encoded again, whichever data set they came from.

Examples:
  xclr graph build products.csv
  xclr graph build products.csv --text-encoder static --graph-model potion-base-8M/`,
  );
  addGraphFlags(command).action(lazily(async () => (await import('../graph-build.js')).buildCommand));
}

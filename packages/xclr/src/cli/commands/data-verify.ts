// `xclr data verify`: decodes every image and writes the list of the broken ones.
import type { Command } from 'commander';
import { addSharedFlags } from '../data-flags.js';
import { wholeNumber } from '../numbers.js';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .argument('<path>', 'folder or file, as xclr train --data takes it')
    .option('--out <file>', 'the list to write', 'quarantine.jsonl')
    .option('--jobs <number>', 'decoding threads', wholeNumber, 2)
    .addHelpText(
      'after',
      `
Examples:
  xclr data verify images/
  xclr data verify products.csv --jobs 8 --out broken.jsonl
  xclr train --data products.csv --data-exclude broken.jsonl

Each line of the list is JSON with id, where, reason (and the bytes, in an archive). The exit status is 1 if anything
is broken. After Ctrl-C or a crash the same command resumes where it was.`,
    );
  addSharedFlags(command, ['data']).action(
    lazily(async () => (await import('../data-verify.js')).verifyCommand),
  );
}

// `xclr data verify`: decodes every image and writes the list of the broken ones.
import type { Command } from 'commander';
import { addSharedFlags, sharedFlags } from '../data-flags.js';
import { guide } from '../help/guide.js';
import { atMost } from '../numbers.js';
import { topicsOf } from '../setting-topics.js';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .argument('<path>', 'Folder or file, as xclr train --data takes it')
    .option('--out <file>', 'The list to write (default: xclr-reports/<data>/quarantine.jsonl)')
    .option('--jobs <number>', 'How many threads decode', atMost(1024), 2);
  addSharedFlags(command, ['data']).action(
    lazily(async () => (await import('../data-verify.js')).verifyCommand),
  );
  guide(command, {
    topics: topicsOf(sharedFlags(['data'])),
    first: ['--data-image-column', '--data-image-root', '--data-only'],
    notes: [
      'Each line of the list is a JSON object with id, where and reason (and the position in bytes, in an archive). The exit status is 1 if any image is broken. After Ctrl-C or a crash the same command resumes.',
    ],
    examples: [
      { run: 'xclr data verify images/' },
      { run: 'xclr data verify products.csv --jobs 8 --out broken.jsonl' },
      { run: 'xclr train --data products.csv --data-exclude broken.jsonl', does: 'train without them' },
    ],
  });
}

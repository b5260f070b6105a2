// `xclr data pack`: a packed, pre-resized store that any other command takes as a source.
import { type Command, Option } from 'commander';
import { addSharedFlags } from '../data-flags.js';
import { wholeNumber } from '../numbers.js';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .argument('<path>', 'folder or file, as xclr train --data takes it')
    .argument('<out>', 'folder to fill')
    .addOption(
      new Option(
        '--images <kind>',
        'raw: pixels, read without decoding; jpeg: a tenth of the space, decoded when read',
      )
        .choices(['raw', 'jpeg'])
        .default('raw'),
    )
    .option(
      '--size <pixels>',
      'size to store: width and height of a raw image, shorter edge of an encoded one; a third more than --size of training',
      wholeNumber,
      299,
    )
    .option('--quality <number>', 'of JPEG, 1 to 100', wholeNumber, 90)
    .option('--jobs <number>', 'images at a time (default: the number of cores)', wholeNumber)
    .addHelpText(
      'after',
      `
Examples:
  xclr data pack products.csv packed/ --size 86     for views of 64 px; 22 kB an image
  xclr data pack photos/ packed/ --images jpeg
  xclr train --data packed/ --size 64

After Ctrl-C, a crash or a full disk the same command resumes where it was. Images that cannot be decoded are left
out and listed in skipped.jsonl. Every image has a checksum that is verified whenever it is read.`,
    );
  addSharedFlags(command, ['data']).action(lazily(async () => (await import('../data-pack.js')).packCommand));
}

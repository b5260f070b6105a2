// `xclr data pack`: a packed, pre-resized store that any other command takes as a source.
import { type Command, Option } from 'commander';
import { addSharedFlags, sharedFlags } from '../data-flags.js';
import { guide } from '../help/guide.js';
import { atMost, wholeNumber } from '../numbers.js';
import { topicsOf } from '../setting-topics.js';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .argument('<path>', 'Folder or file, as xclr train --data takes it')
    .argument('<out>', 'Folder to fill')
    .addOption(
      new Option(
        '--images <kind>',
        'What is stored. raw: pixels, which are read without decoding; jpeg: a tenth of the space, decoded when read',
      )
        .choices(['raw', 'jpeg'])
        .default('raw'),
    )
    .option(
      '--size <pixels>',
      'Shorter side of a stored image, in pixels. Images more than a quarter larger are reduced to it; smaller ones are stored as they are. Twice the size of a view keeps its detail',
      atMost(16_384),
      448,
    )
    .option('--quality <number>', 'Quality of JPEG, 1 to 100', atMost(100), 90)
    .option(
      '--jobs <number>',
      'How many images are packed at a time (default: the number of cores)',
      wholeNumber,
    );
  addSharedFlags(command, ['data']).action(lazily(async () => (await import('../data-pack.js')).packCommand));
  guide(command, {
    topics: topicsOf(sharedFlags(['data'])),
    first: ['--data-image-column', '--data-caption-column', '--data-label-column', '--data-only'],
    notes: [
      'After Ctrl-C, a crash or a full disk the same command resumes. Images that cannot be decoded are left out and listed in skipped.jsonl. Every image has a checksum that is verified whenever it is read.',
    ],
    examples: [
      {
        run: 'xclr data pack products.csv packed/ --size 128',
        does: 'for views of 64 px; 65 kB for a photograph of 4:3',
      },
      { run: 'xclr data pack photos/ packed/ --images jpeg' },
      { run: 'xclr train --data packed/ --size 64', does: 'train on what was packed' },
    ],
  });
}

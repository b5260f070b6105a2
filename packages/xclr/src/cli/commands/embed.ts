// `xclr embed`: images to vectors, in a file for search or for anything else.
import { type Command, InvalidArgumentError, Option } from 'commander';
import { addSharedFlags, sharedFlags } from '../data-flags.js';
import { addEncoderFlags } from '../encoder-flags.js';
import { guide } from '../help/guide.js';
import { fraction, wholeNumber } from '../numbers.js';
import { topicsOf } from '../setting-topics.js';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .argument('<encoder>', 'Run folder, exported folder, or .onnx file with a preprocessor_config.json')
    .argument('<data>', 'Folder of images, table, or any other source that xclr train --data takes')
    .argument('<out>', 'File to write: .parquet or .npy')
    .option('--batch-size <number>', 'How many images are encoded together', wholeNumber, 32)
    .addOption(
      new Option('--shard <i/n>', 'Encode only shard i of n, counted from 1')
        .argParser(parseShard)
        .default({ index: 1, of: 1 }, '1/1'),
    )
    .option(
      '--max-failure-rate <fraction>',
      'Stop when more than this fraction of the images cannot be read',
      fraction,
      0.1,
    );
  addEncoderFlags(command);
  addSharedFlags(command, ['data']).action(lazily(async () => (await import('../embed.js')).embedCommand));
  guide(command, {
    topics: topicsOf(sharedFlags(['data'])),
    first: ['--data-image-column', '--data-caption-column', '--data-label-column', '--data-only'],
    notes: [
      'Images that cannot be read are skipped and listed in <out>.skipped.jsonl. After a crash the same command resumes.',
    ],
    examples: [
      { run: 'xclr embed runs/xclr-products products.csv products.parquet' },
      { run: 'xclr embed products-encoder photos/ photos.parquet' },
      {
        run: 'xclr embed products-encoder photos/ photos-2.parquet --shard 2/8',
        does: 'one of eight machines',
      },
    ],
  });
}

function parseShard(text: string): { index: number; of: number } {
  const match = /^(\d+)\/(\d+)$/.exec(text);
  const [index, of] = [Number(match?.[1]), Number(match?.[2])];
  if (match === null || index < 1 || index > of)
    throw new InvalidArgumentError('It must be i/n with i from 1 to n, such as 2/8.');
  return { index, of };
}

// `xclr embed`: images to vectors, in a file for search or for anything else.
import { type Command, InvalidArgumentError } from 'commander';
import { addSharedFlags } from '../data-flags.js';
import { addEncoderFlags } from '../encoder-flags.js';
import { fraction, wholeNumber } from '../numbers.js';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .argument('<encoder>', 'run folder, exported folder, or .onnx file with a preprocessor_config.json')
    .argument('<data>', 'folder or file, as xclr train --data takes it')
    .argument('<out>', 'file to write, .parquet or .npy')
    .option('--batch-size <n>', 'images encoded together', wholeNumber, 32)
    .option('--shard <i/n>', 'encode shard i of n, counted from 1', parseShard, { index: 1, of: 1 })
    .option('--max-failure-rate <fraction>', 'stop when more of the images cannot be read', fraction, 0.1)
    .addHelpText(
      'after',
      `
Broken images are skipped and listed in <out>.skipped.jsonl. A killed run resumes where it was.

Examples:
  xclr embed runs/xclr-products products.csv products.parquet
  xclr embed exported/ photos/ photos.parquet --shard 2/8`,
    );
  addEncoderFlags(command);
  addSharedFlags(command, ['data']).action(lazily(async () => (await import('../embed.js')).embedCommand));
}

function parseShard(text: string): { index: number; of: number } {
  const match = /^(\d+)\/(\d+)$/.exec(text);
  const [index, of] = [Number(match?.[1]), Number(match?.[2])];
  if (match === null || index < 1 || index > of)
    throw new InvalidArgumentError('It must be i/n with i from 1 to n, such as 2/8.');
  return { index, of };
}

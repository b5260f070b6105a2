// `xclr embed`: images to vectors, in a file for search or for anything else.
import { type Command, InvalidArgumentError } from 'commander';
import { listProblems } from '../data/index.js';
import { embedDataset } from '../deploy/embed/index.js';
import { type OpenEncoderOptions, openEncoder } from '../deploy/encoder/index.js';
import { startProgress } from '../util/progress.js';
import { addSharedFlags, openShared, sharedConfig } from './data-flags.js';
import { addEncoderFlags, encoderOptions } from './encoder-flags.js';
import { fraction, wholeNumber } from './numbers.js';

interface EmbedFlags extends OpenEncoderOptions {
  readonly batchSize: number;
  readonly shard: { readonly index: number; readonly of: number };
  readonly maxFailureRate: number;
}

export function register(program: Command): void {
  const command = program
    .command('embed')
    .description('Encode images to vectors: Parquet or .npy, resumable, on one machine or many')
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
  addSharedFlags(command, ['data']).action((encoder: string, data: string, out: string, flags: EmbedFlags) =>
    embedCommand(command, encoder, data, out, flags),
  );
}

async function embedCommand(
  command: Command,
  path: string,
  data: string,
  out: string,
  flags: EmbedFlags,
): Promise<void> {
  const dataset = await openShared(sharedConfig(command, data, ['data']));
  await using encoder = await openEncoder(path, encoderOptions(flags));
  using progress = startProgress('embedding', dataset.samples.length, { unit: 'image' });
  const { batchSize, shard, maxFailureRate } = flags;
  const outcome = await embedDataset(encoder, dataset, out, {
    batchSize,
    shard,
    maxFailureRate,
    onProgress: (done, total) => progress.update(Math.round((done / total) * dataset.samples.length)),
  });
  progress.done();
  if (outcome.skipped.length > 0) {
    console.log(`${outcome.skipped.length} images skipped (${outcome.skippedPath}):`);
    console.log(listProblems(outcome.skipped, { limit: 5 }));
  }
  console.log(`→ ${outcome.path}: ${outcome.rows} vectors of ${encoder.dimensions}`);
}

function parseShard(text: string): { index: number; of: number } {
  const match = /^(\d+)\/(\d+)$/.exec(text);
  const [index, of] = [Number(match?.[1]), Number(match?.[2])];
  if (match === null || index < 1 || index > of)
    throw new InvalidArgumentError('It must be i/n with i from 1 to n, such as 2/8.');
  return { index, of };
}

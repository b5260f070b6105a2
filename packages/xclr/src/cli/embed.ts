// `xclr embed`: images to vectors, in a file for search or for anything else.
import type { Command } from 'commander';
import { listProblems } from '../data/index.js';
import { embedDataset } from '../deploy/embed/index.js';
import { type OpenEncoderOptions, openEncoder } from '../deploy/encoder/index.js';
import { plural } from '../report/format.js';
import { startProgress } from '../util/progress.js';
import { sharedConfig } from './data-flags.js';
import { encoderOptions } from './encoder-flags.js';
import { openShared } from './open-shared.js';

export interface EmbedFlags extends OpenEncoderOptions {
  readonly batchSize: number;
  readonly shard: { readonly index: number; readonly of: number };
  readonly maxFailureRate: number;
}

export async function embedCommand(
  path: string,
  data: string,
  out: string,
  flags: EmbedFlags,
  command: Command,
): Promise<void> {
  const dataset = await openShared(sharedConfig(command, data, ['data']), { imagesAlone: true });
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
  console.log(`→ ${outcome.path}: ${plural(outcome.rows, 'vector')} of ${encoder.dimensions} numbers`);
}

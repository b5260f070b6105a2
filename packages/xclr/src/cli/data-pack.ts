// `xclr data pack`: a packed, pre-resized store that any other command takes as a source.
import { type Command, Option } from 'commander';
import { packDataset } from '../data/index.js';
import { startProgress } from '../util/progress.js';
import { addSharedFlags, openShared, sharedConfig } from './data-flags.js';
import { interruptSignal } from './interrupt.js';
import { wholeNumber } from './numbers.js';

interface Options {
  readonly images: 'raw' | 'jpeg';
  readonly side: number;
  readonly quality: number;
  readonly jobs?: number;
}

export function register(data: Command): void {
  const command = data
    .command('pack')
    .description('Pack images, captions and labels into a store that training reads without waiting')
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
      '--side <pixels>',
      'side of a raw image, or of the shorter side of an encoded one; a third more than a view',
      wholeNumber,
      299,
    )
    .option('--quality <number>', 'of JPEG, 1 to 100', wholeNumber, 90)
    .option('--jobs <number>', 'images at a time (default: the number of cores)', wholeNumber)
    .addHelpText(
      'after',
      `
Examples:
  xclr data pack products.csv packed/ --side 86     for views of 64 px; 22 kB an image
  xclr data pack photos/ packed/ --images jpeg
  xclr train --data packed/ --size 64

After Ctrl-C, a crash or a full disk the same command resumes where it was. Images that cannot be decoded are left
out and listed in skipped.jsonl. Every image has a checksum that is verified whenever it is read.`,
    );
  addSharedFlags(command, ['data']).action((path: string, out: string, options: Options) =>
    packCommand(command, path, out, options),
  );
}

async function packCommand(command: Command, path: string, out: string, options: Options): Promise<void> {
  const dataset = await openShared(sharedConfig(command, path, ['data']));
  let progress: ReturnType<typeof startProgress> | undefined;
  let shown = 0;
  const { images, side, quality, jobs } = options;
  const outcome = await packDataset(dataset, out, {
    images,
    size: side,
    quality,
    ...(jobs !== undefined && { jobs }),
    stop: interruptSignal('stopping after the images in hand'),
    onProgress: (done, total, skipped) => {
      progress ??= startProgress('packing', total, { from: shown, unit: 'image' });
      shown = done;
      progress.update(done, skipped > 0 ? `${skipped} skipped` : undefined);
    },
  });
  progress?.done(outcome.finished ? undefined : `stopped at ${outcome.done} of ${outcome.total}`);
  if (!outcome.finished) {
    console.log('The same command resumes from here.');
    process.exitCode = 130;
    return;
  }
  const kept = outcome.total - outcome.skipped;
  const size = (outcome.bytes / 2 ** 20).toFixed(0);
  console.log(
    `${kept} images, ${size} MiB → ${out}${outcome.skipped > 0 ? `; ${outcome.skipped} skipped, listed in ${out}/skipped.jsonl` : ''}`,
  );
  console.log(`Next:\n  xclr train --data ${out}`);
}

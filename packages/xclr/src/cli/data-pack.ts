// `xclr data pack`: a packed, pre-resized store that any other command takes as a source.
import type { Command } from 'commander';
import { packDataset } from '../data/index.js';
import { startProgress } from '../util/progress.js';
import { sharedConfig } from './data-flags.js';
import { interruptSignal } from './interrupt.js';
import { openShared } from './open-shared.js';

export interface Options {
  readonly images: 'raw' | 'jpeg';
  readonly size: number;
  readonly quality: number;
  readonly jobs?: number;
}

export async function packCommand(
  path: string,
  out: string,
  options: Options,
  command: Command,
): Promise<void> {
  const dataset = await openShared(sharedConfig(command, path, ['data']));
  let progress: ReturnType<typeof startProgress> | undefined;
  let shown = 0;
  const { images, size: storedSize, quality, jobs } = options;
  const outcome = await packDataset(dataset, out, {
    images,
    size: storedSize,
    quality,
    ...(jobs !== undefined && { jobs }),
    stop: interruptSignal('stopping after the images in progress'),
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

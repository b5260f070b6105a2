// `xclr data verify`: decodes every image and writes the list of the broken ones.
import type { Command } from 'commander';
import { listProblems } from '../data/index.js';
import { verifyDataset } from '../inspect/index.js';
import { startProgress } from '../util/progress.js';
import { addSharedFlags, openShared, sharedConfig } from './data-flags.js';
import { interruptSignal } from './interrupt.js';
import { wholeNumber } from './numbers.js';

interface Options {
  readonly out: string;
  readonly jobs: number;
}

export function register(data: Command): void {
  const command = data
    .command('verify')
    .description('Decode every image and write the list of the broken ones')
    .argument('<path>', 'folder or file, as xclr train --data takes it')
    .option('--out <file>', 'the list to write', 'quarantine.jsonl')
    .option('--jobs <number>', 'threads that decode', wholeNumber, 2)
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
  addSharedFlags(command, ['data']).action((path: string, options: Options) =>
    verifyCommand(command, path, options),
  );
}

async function verifyCommand(command: Command, path: string, { out, jobs }: Options): Promise<void> {
  const dataset = await openShared(sharedConfig(command, path, ['data']));
  let progress: ReturnType<typeof startProgress> | undefined;
  let began = { at: 0, done: 0 };
  const { finished, quarantined, done, total } = await verifyDataset(dataset, {
    out,
    workers: jobs,
    stop: interruptSignal('stopping after the images in hand'),
    onProgress: ({ done, total, broken }) => {
      if (progress === undefined) {
        began = { at: performance.now(), done };
        progress = startProgress('decoding', total, { from: done, unit: 'image' });
      }
      const rate = ((done - began.done) / (performance.now() - began.at)) * 1000;
      progress.update(done, `${Math.round(rate) || '–'} images/s${broken > 0 ? ` · ${broken} broken` : ''}`);
    },
  });
  progress?.done(finished ? undefined : `stopped at ${done} of ${total}`);
  if (!finished) {
    console.log('The same command resumes from here.');
    process.exitCode = 130;
    return;
  }
  if (quarantined.length === 0) {
    console.log(`All ${total} images can be decoded.`);
    return;
  }
  console.log(`${quarantined.length} cannot be used:\n${listProblems(quarantined)}`);
  console.log(`→ ${out}\nTrain without them:\n  xclr train --data ${path} --data-exclude ${out}`);
  process.exitCode = 1;
}

// `xclr data verify`: decodes every image and writes the list of the broken ones.
import type { Command } from 'commander';
import { listProblems } from '../data/index.js';
import { verifyDataset } from '../inspect/index.js';
import { startProgress } from '../util/progress.js';
import { sharedConfig } from './data-flags.js';
import { interruptSignal } from './interrupt.js';
import { openShared } from './open-shared.js';
import { reportPath } from './report-path.js';

export interface Options {
  readonly out?: string;
  readonly jobs: number;
}

export async function verifyCommand(
  path: string,
  { out: asked, jobs }: Options,
  command: Command,
): Promise<void> {
  const out = reportPath(asked, path, { file: 'quarantine.jsonl' });
  const dataset = await openShared(sharedConfig(command, path, ['data']));
  let progress: ReturnType<typeof startProgress> | undefined;
  let began = { at: 0, done: 0 };
  const { finished, quarantined, done, total } = await verifyDataset(dataset, {
    out,
    workers: jobs,
    stop: interruptSignal('stopping after the images in progress'),
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

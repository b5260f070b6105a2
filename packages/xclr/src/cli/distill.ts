// `xclr distill`: trains a small encoder on a large one's similarities.
import type { Command } from 'commander';
import { distill } from '../deploy/distill/distill.js';
import type { EncoderName } from '../train/config.js';
import { RunFolder } from '../train/run-folder.js';
import { type Progress, startProgress } from '../util/progress.js';
import { exitInterrupted, interruptSignal } from './interrupt.js';
import { distillFlags, givenFlags } from './train-flags.js';
import { TrainingProgressLine } from './training-progress.js';

export async function distillCommand(
  path: string,
  { into }: { into: EncoderName },
  command: Command,
): Promise<void> {
  let embedding: Progress | undefined;
  const stop = interruptSignal();
  using line = new TrainingProgressLine('distilling');
  const outcome = await distill(RunFolder.open(path), {
    into,
    flags: givenFlags(command, distillFlags),
    stop,
    onEmbed: (done, total) => {
      embedding ??= startProgress('embedding images with the teacher', total, { unit: 'image' });
      embedding.update(done);
      if (done === total) embedding.done();
    },
    onNotice: (message) => line.note(message),
    onStep: (progress) => line.step(progress),
  });
  const { run } = outcome;
  if (!outcome.finished) {
    line.done(`stopped at step ${outcome.step} of ${outcome.totalSteps}, saved`);
    console.log(`Resume with:\n  xclr train --resume --run ${run.path}`);
    exitInterrupted(stop);
    return;
  }
  line.done(`${outcome.totalSteps} steps → ${run.path}`);
  console.log(`Next:\n  xclr eval ${run.path}\n  xclr export ${run.path} small`);
}

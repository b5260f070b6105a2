// `xclr train`: trains an encoder from flags or a YAML file.
import type { Command } from 'commander';
import { parseTasks } from '../evaluate/index.js';
import { type GivenFlag, resolveTrainConfig, type TrainConfig } from '../train/config.js';
import { RunFolder } from '../train/run-folder.js';
import { runTraining } from '../train/session.js';
import { exitInterrupted, interruptSignal } from './interrupt.js';
import { givenFlags } from './train-flags.js';
import { TrainingProgressLine } from './training-progress.js';

/** A resumed run takes the settings that it was started with. */
function settingsOf(file: string | undefined, flags: readonly GivenFlag[]): TrainConfig {
  const resume = flags.some(({ name, value }) => name === 'resume' && value !== 'false');
  const run = flags.find(({ name }) => name === 'run')?.value;
  const base = resume && typeof run === 'string' ? RunFolder.open(run).readRecord().config : {};
  return resolveTrainConfig({ base, file, flags });
}

export async function trainCommand({ config: file }: { config?: string }, command: Command): Promise<void> {
  const config = settingsOf(file, givenFlags(command));
  if (config.evaluation.tasks !== undefined) parseTasks(config.evaluation.tasks, 'evaluation.tasks');
  const stop = interruptSignal();
  using line = new TrainingProgressLine('training');
  const outcome = await runTraining(config, {
    stop,
    onNotice: (message) => line.note(message),
    onEncode: (done, total) => line.encode(done, total),
    onStep: (progress) => line.step(progress),
  });
  if (!outcome.finished) {
    line.done(`stopped at step ${outcome.step} of ${outcome.totalSteps}, saved`);
    console.log(`Resume with:\n  xclr train --resume --run ${config.run}`);
    exitInterrupted(stop);
    return;
  }
  line.done(`${outcome.totalSteps} steps → ${config.run}`);
  console.log(`Next:\n  xclr eval ${config.run}`);
}

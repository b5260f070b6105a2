// `xclr train`: trains an encoder from flags or a YAML file.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { distributed } from '@xclr/torch';
import type { Command } from 'commander';
import { parseTasks } from '../evaluate/index.js';
import { type AskedTrainConfig, askTrainConfig, type GivenFlag } from '../train/config.js';
import { planText } from '../train/plan.js';
import { RunFolder } from '../train/run-folder.js';
import { planTraining, runTraining } from '../train/session.js';
import { UserError } from '../util/errors.js';
import { exitInterrupted, interruptSignal } from './interrupt.js';
import { givenFlags } from './train-flags.js';
import { TrainingProgressLine } from './training-progress.js';

/** A resumed run takes the settings that it was started with. */
function settingsOf(file: string | undefined, flags: readonly GivenFlag[]): AskedTrainConfig {
  const resume = flags.some(({ name, value }) => name === 'resume' && value !== 'false');
  const run = flags.find(({ name }) => name === 'run')?.value;
  const names = ['run', 'data', 'data-path'];
  if (resume && file === undefined && !flags.some(({ name }) => names.includes(name)))
    throw new UserError(
      'train: --resume needs to know which run is resumed',
      'Name its folder, whose settings are used: xclr train --resume --run runs/…',
    );
  const base = resume && typeof run === 'string' ? RunFolder.open(run).readRecord().config : {};
  return askTrainConfig({ base, file, flags });
}

export interface TrainOptions {
  readonly config?: string;
  readonly dryRun?: boolean;
}

export async function trainCommand({ config: file, dryRun }: TrainOptions, command: Command): Promise<void> {
  const place = dryRun === true ? null : distributed.placeOf();
  const config = restarted(settingsOf(file, givenFlags(command)), place);
  if (config.evaluation.tasks !== undefined) parseTasks(config.evaluation.tasks, 'evaluation.tasks');
  if (dryRun === true) return dryRunCommand(config);
  const stop = interruptSignal();
  if (place !== null && place.rank > 0) return followCommand(config, place, stop);
  using line = new TrainingProgressLine('training');
  const outcome = await runTraining(config, {
    stop,
    place,
    onNotice: (message) => line.note(message),
    onPlan: (plan) => line.note(`training:\n${planText(plan)}`),
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

/** A process whose rank 0 speaks for it. */
async function followCommand(
  config: AskedTrainConfig,
  place: distributed.Place,
  stop: AbortSignal,
): Promise<void> {
  const outcome = await runTraining(config, { stop, place });
  if (!outcome.finished) exitInterrupted(stop);
}

/** Where a launcher starts all processes again, the same command resumes what they had saved. */
function restarted(config: AskedTrainConfig, place: distributed.Place | null): AskedTrainConfig {
  const saved = existsSync(join(config.run, 'checkpoints', 'last'));
  return place !== null && place.restart > 0 && saved ? { ...config, resume: true } : config;
}

/** Prints the plan on standard output, and trains nothing. */
async function dryRunCommand(config: AskedTrainConfig): Promise<void> {
  using line = new TrainingProgressLine('planning');
  const plan = await planTraining(config, {
    onNotice: (message) => line.note(message),
    onEncode: (done, total) => line.encode(done, total),
  });
  console.log(planText(plan));
}

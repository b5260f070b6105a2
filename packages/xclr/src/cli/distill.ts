// `xclr distill`: a small encoder that sees things as a large one does.
import { type Command, Option } from 'commander';
import { distill } from '../deploy/distill/distill.js';
import { encoderNames, trainFlags } from '../train/config.js';
import { RunFolder } from '../train/run-folder.js';
import { type Progress, startProgress } from '../util/progress.js';
import { interruptSignal } from './interrupt.js';
import { addTrainFlags, givenFlags } from './train-flags.js';
import { TrainingProgressLine } from './training-progress.js';

/** What the teacher decides: the student's encoder is --into, and its graph is the teacher. */
const decided = new Set(['method', 'encoder', 'textTower']);
const flags = trainFlags.filter(
  ({ path }) =>
    !decided.has(path[0]!) || path.join('.') === 'encoder.width' || path.join('.') === 'encoder.stem',
);

export function register(program: Command): void {
  const command = program
    .command('distill')
    .description("Train a small encoder on a run's own similarities; every setting is the run's unless given")
    .argument('<run>', 'the teacher: a run folder that `xclr train` wrote')
    .addOption(
      new Option('--into <name>', "the student's architecture")
        .choices([...encoderNames])
        .default('mobilenet_v3_small'),
    )
    .addHelpText(
      'after',
      `
Writes the teacher's vectors into its folder, and trains on their similarities (graph kind embeddings).

Examples:
  xclr distill runs/xclr-products --into mobilenet_v3_small --run runs/small
  xclr distill runs/xclr-products --into mobilenet_v3_small --run runs/small --resume
  xclr export runs/small small`,
    );
  addTrainFlags(command, flags).action((path: string, { into }: { into: string }) =>
    distillCommand(command, path, into),
  );
}

async function distillCommand(command: Command, path: string, into: string): Promise<void> {
  let embedding: Progress | undefined;
  using line = new TrainingProgressLine('distilling');
  const outcome = await distill(RunFolder.open(path), {
    into,
    flags: givenFlags(command, flags),
    stop: interruptSignal(),
    onEmbed: (done, total) => {
      embedding ??= startProgress('the teacher looks', total, { unit: 'image' });
      embedding.update(done);
      if (done === total) embedding.done();
    },
    onNotice: (message) => line.note(message),
    onStep: (progress) => line.step(progress),
  });
  const { run } = outcome;
  if (!outcome.finished) {
    line.done(`stopped at step ${outcome.step} of ${outcome.totalSteps}, saved`);
    console.log(`Go on with:\n  xclr train --resume --run ${run.path}`);
    return;
  }
  line.done(`${outcome.totalSteps} steps → ${run.path}`);
  console.log(`Next:\n  xclr eval ${run.path}\n  xclr export ${run.path} small`);
}

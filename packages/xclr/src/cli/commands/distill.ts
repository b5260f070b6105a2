// `xclr distill`: trains a small encoder on a large one's similarities.
import { type Command, Option } from 'commander';
import { encoderNames } from '../../train/config.js';
import { addTrainFlags, distillFlags } from '../train-flags.js';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
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
  addTrainFlags(command, distillFlags).action(
    lazily(async () => (await import('../distill.js')).distillCommand),
  );
}

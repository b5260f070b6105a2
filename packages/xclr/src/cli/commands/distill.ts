// `xclr distill`: trains a small encoder on a large one's similarities.
import { type Command, Option } from 'commander';
import { encoderNames } from '../../train/config.js';
import { guide } from '../help/guide.js';
import { topicsOf } from '../setting-topics.js';
import { addTrainFlags, distillFlags } from '../train-flags.js';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .argument('<run>', 'The teacher: a run folder that xclr train wrote')
    .addOption(
      new Option('--into <name>', 'Architecture of the student')
        .choices([...encoderNames])
        .default('mobilenet_v3_small'),
    );
  addTrainFlags(command, distillFlags).action(
    lazily(async () => (await import('../distill.js')).distillCommand),
  );
  guide(command, {
    topics: topicsOf(distillFlags),
    first: [
      '--run',
      '--width',
      '--size',
      '--epochs',
      '--batch-size',
      '--lr',
      '--data',
      '--device',
      '--seed',
      '--resume',
    ],
    notes: [
      "Every setting that is not given is the teacher's. The vectors of the teacher are written into its run folder, and the student is trained on their similarities (a graph of kind embeddings).",
    ],
    examples: [
      { run: 'xclr distill runs/xclr-products --into mobilenet_v3_small --run runs/small' },
      { run: 'xclr distill runs/xclr-products --into mobilenet_v3_small --run runs/small --resume' },
      { run: 'xclr export runs/small small-encoder' },
    ],
  });
}

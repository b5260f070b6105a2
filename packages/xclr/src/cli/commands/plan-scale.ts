// `xclr plan-scale`: what a training of millions of images on many GPUs would take.
import type { Command } from 'commander';
import { guide } from '../help/guide.js';
import { wholeNumber } from '../numbers.js';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .option('--images <n>', 'Training images: a number, or imagenet, cc3m, cc12m (default: all three)')
    .option('--gpus <list>', 'Numbers of GPUs, with commas between', '1,8,64')
    .option('--encoder <name>', 'Encoder whose step was measured: resnet18 or resnet50', 'resnet50')
    .option('--size <pixels>', 'Side of a view: 64, and with resnet50 also 224', wholeNumber, 224)
    .option('--batch-size <n>', 'Images a step of one GPU', wholeNumber, 256)
    .option('--epochs <n>', 'Passes over the images', wholeNumber, 100)
    .option('--views <n>', 'Views of an image', wholeNumber, 2)
    .option('--cores <n>', 'Processor cores for each GPU, which make the views', wholeNumber, 16)
    .option(
      '--step-rate <views>',
      'Views a second of the step on one of your GPUs, where you measured it',
      wholeNumber,
    )
    .option('--image-kb <n>', 'Mean size of an image in a shard, in kB', wholeNumber, 100)
    .option('--dimensions <n>', "Numbers of a caption's vector", wholeNumber, 384)
    .option('--json', 'Print the plan as JSON')
    .action(lazily(async () => (await import('../plan-scale.js')).planScaleCommand));
  guide(command, {
    first: ['--images', '--gpus', '--encoder', '--size', '--batch-size', '--epochs'],
    notes: [
      'Computed from a step that was measured on one H100 and from formulas, which docs/scale.md explains. Nothing was measured on several GPUs: hours assume that messages take no time, and the table says how much must be sent.',
    ],
    examples: [
      { run: 'xclr plan-scale' },
      { run: 'xclr plan-scale --images cc3m --gpus 8,16 --encoder resnet18 --size 64' },
    ],
  });
}

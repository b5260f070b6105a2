// `xclr eval`: evaluates the encoder of a run.
import { type Command, Option } from 'commander';
import { guide } from '../help/guide.js';
import { deviceOption, precisionOption, threadsOption } from '../place-options.js';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .argument('<run>', 'Run folder that xclr train wrote')
    .addOption(
      new Option('--checkpoint <name>', 'Which weights to evaluate')
        .choices(['last', 'best'])
        .default('last'),
    )
    .addOption(
      new Option(
        '--split <name>',
        'Part of the data to evaluate on, where the run names no tasks (default: test)',
      ).choices(['train', 'validation', 'test']),
    )
    .option(
      '--controls',
      'Measure the encoder before training and raw pixels too; later evaluations show their numbers',
    )
    .option(
      '--data <path>',
      'Where the data lie now, or other data of the same kind (default: where the run was trained)',
    )
    .addOption(deviceOption())
    .addOption(threadsOption())
    .addOption(precisionOption())
    .option('--page <file>', 'The page to write (default: evaluation.html in the run folder)')
    .option('--no-page', 'Write no page')
    .action(lazily(async () => (await import('../eval.js')).evalCommand));
  guide(command, {
    notes: [
      'Writes evaluation.json and evaluation.html into the run folder: the page has accuracy by class, the confusion matrix and the surest mistakes. docs/evaluation.md defines every metric.',
    ],
    examples: [
      { run: 'xclr eval runs/xclr-products' },
      { run: 'xclr eval runs/xclr-products --controls' },
      { run: 'xclr eval runs/xclr-products --checkpoint best --split validation' },
      { run: 'xclr eval runs/xclr-products --data /mnt/products --device cpu', does: 'the data were moved' },
    ],
  });
}

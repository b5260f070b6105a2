// `xclr eval`: evaluates the encoder of a run.
import { type Command, Option } from 'commander';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .argument('<run>', 'run folder that `xclr train` wrote')
    .addOption(new Option('--checkpoint <name>', 'which weights').choices(['last', 'best']).default('last'))
    .addOption(
      new Option(
        '--split <name>',
        'part to evaluate on, where the run names no tasks (default: test)',
      ).choices(['train', 'validation', 'test']),
    )
    .addHelpText(
      'after',
      '\nWrites evaluation.json into the run folder. docs/evaluation.md defines every metric.',
    )
    .action(lazily(async () => (await import('../eval.js')).evalCommand));
}

// `xclr compare`: methods × fractions of the data × seeds, in one table.
import type { Command } from 'commander';
import { guide } from '../help/guide.js';
import { deviceOption, precisionOption, threadsOption } from '../place-options.js';
import { lazily } from './lazily.js';
import { presets } from './presets.js';

export function declare(command: Command): void {
  command
    .argument(
      '[plan]',
      'YAML file that names the methods, the fractions of the data, the seeds and the tasks',
    )
    .option('--preset <name>', `Use a plan that comes with xclr: ${presets.join(', ')}`)
    .option('--data <path>', 'Use this data in place of the data that the plan names')
    .option('--out <folder>', 'Where runs and results are written (default: runs/compare-<name of the plan>)')
    .option('--dry-run', 'Print the plan and what is left of it, and train nothing')
    .option('--only <filter>', 'Train only these cells now: method=xclr|clip,seed=0,fraction=1')
    .option('--seeds <list>', 'Seeds in place of those of the plan, e.g. 0,1,2')
    .option('--fractions <list>', 'Fractions of the training data in place of those of the plan, e.g. 0.1,1')
    .addOption(deviceOption())
    .addOption(threadsOption())
    .addOption(precisionOption())
    .option('--set <setting...>', 'Change a setting of every method, e.g. steps=200 encoder.width=0.25')
    .action(lazily(async () => (await import('../compare.js')).compareCommand));
  guide(command, {
    notes: [
      'Each cell, a method trained on a fraction of the data with a seed, is a run of its own. After Ctrl-C or a crash the same command resumes. docs/comparison.md explains plans, intervals and the page.',
    ],
    examples: [
      { run: 'xclr compare --preset quickstart --dry-run', does: 'show what would be trained' },
      { run: 'xclr compare --preset photos --data images/ --seeds 0,1,2' },
      { run: 'xclr compare plan.yaml --only seed=0', does: 'one seed now; without --only, the rest' },
    ],
  });
}

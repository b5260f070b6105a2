// `xclr compare`: methods × fractions of the data × seeds, in one table.
import type { Command } from 'commander';
import { lazily } from './lazily.js';
import { presets } from './presets.js';

export function declare(command: Command): void {
  command
    .argument('[plan]', 'YAML file: methods, fractions of the data, seeds, tasks')
    .option('--preset <name>', `a plan that comes with xclr: ${presets.join(', ')}`)
    .option('--data <path>', 'the data, instead of the plan’s')
    .option('--out <folder>', 'where runs and results go (default: runs/compare-<name>)')
    .option('--seeds <list>', 'seeds instead of the plan’s, such as 0,1,2')
    .option('--fractions <list>', 'fractions of the training part instead of the plan’s, such as 0.1,1')
    .option('--only <filter>', 'do only a part now: method=xclr|clip,seed=0,fraction=1')
    .option('--set <setting...>', 'change a setting for every method: steps=200, encoder.width=0.25')
    .option('--dry-run', 'show the plan and which cells are left, then exit')
    .addHelpText(
      'after',
      `
Examples:
  xclr compare --preset photos --data tiny-imagenet-200/ --dry-run
  xclr compare plan.yaml --only seed=0       # the rest later: the same command without it goes on
docs/comparison.md explains plans, intervals and the page.`,
    )
    .action(lazily(async () => (await import('../compare.js')).compareCommand));
}

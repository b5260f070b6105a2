// `xclr train`: trains an encoder from flags or a YAML file.
import type { Command } from 'commander';
import { addTrainFlags } from '../train-flags.js';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command.option('--config <file>', 'YAML file with settings; flags override it').addHelpText(
    'after',
    `
Examples:
  xclr train --data images/ --encoder resnet18 --size 64
  xclr train --config recipe.yaml --seed 1
  xclr train --resume --run runs/xclr-images     resumes exactly where it stopped`,
  );
  addTrainFlags(command).action(lazily(async () => (await import('../train.js')).trainCommand));
}

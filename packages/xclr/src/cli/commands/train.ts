// `xclr train`: trains an encoder from flags or a YAML file.
import type { Command } from 'commander';
import { trainFlags } from '../../train/config.js';
import { guide } from '../help/guide.js';
import { topicsOf } from '../setting-topics.js';
import { addTrainFlags } from '../train-flags.js';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .option('--config <file>', 'YAML file with settings; flags override it')
    .option(
      '--dry-run',
      'print what training would do and take (data, encoder, memory, time), and train nothing',
    );
  addTrainFlags(command).action(lazily(async () => (await import('../train.js')).trainCommand));
  guide(command, {
    topics: topicsOf(trainFlags),
    first: [
      '--data',
      '--config',
      '--method',
      '--encoder',
      '--weights',
      '--size',
      '--epochs',
      '--batch-size',
      '--lr',
      '--text-encoder',
      '--graph-temperature',
      '--device',
      '--seed',
      '--run',
      '--resume',
      '--dry-run',
    ],
    notes: [
      'Every option is also a key of the YAML file: --graph-temperature 0.1 is "graph: { temperature: 0.1 }".',
    ],
    examples: [
      { run: 'xclr train --data products.csv --dry-run', does: 'prints what it would do and take' },
      { run: 'xclr train --data images/ --encoder resnet18 --size 64' },
      { run: 'xclr train --data products.csv --text-encoder wordnet --epochs 20' },
      { run: 'xclr train --config train.yaml --seed 1' },
      { run: 'xclr train --resume --run runs/xclr-images', does: 'resumes exactly where it stopped' },
    ],
  });
}

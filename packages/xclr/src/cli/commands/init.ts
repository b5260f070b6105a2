// `xclr init`: a commented settings file that fits the data and this machine.
import type { Command } from 'commander';
import { guide } from '../help/guide.js';
import { initFlags } from '../init-flags.js';
import { topicsOf } from '../setting-topics.js';
import { addTrainFlags } from '../train-flags.js';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .argument('<path>', 'Folder or file with the data, as xclr train --data takes it')
    .option('--output <file>', 'File to write', 'xclr.yaml')
    .option('-y, --yes', 'Ask nothing, and take what is proposed')
    .option('--force', 'Overwrite a file that is there');
  addTrainFlags(command, initFlags).action(lazily(async () => (await import('../init.js')).initCommand));
  guide(command, {
    topics: topicsOf(initFlags),
    first: [
      '--data-caption-column',
      '--data-label-column',
      '--data-image-column',
      '--text-encoder',
      '--encoder',
      '--epochs',
      '--run',
      '--output',
      '--yes',
      '--force',
    ],
    notes: [
      'Writes a YAML file for xclr train --config: each setting with its reason, other sensible choices commented out, and the next commands at the end.',
      'In a terminal up to four questions are asked: which column has the captions, what compares them, how long to train, where the run goes. In a pipe, or with --yes, what is proposed is taken. A setting that is given as a flag is not asked for.',
    ],
    examples: [
      { run: 'xclr init products.csv' },
      { run: 'xclr init images/ --output images.yaml --encoder resnet50' },
      { run: 'xclr init products.csv --yes --epochs 20', does: 'without questions' },
    ],
  });
}

// `xclr launch`: several processes of this machine train one encoder.
import type { Command } from 'commander';
import { guide } from '../help/guide.js';
import { atMost, wholeNumber } from '../numbers.js';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .argument('<command...>', 'train and its options, after --')
    .requiredOption('--processes <k>', 'processes to start; each has a batch of its own', wholeNumber)
    .option('--port <port>', 'port of this machine at which they meet (default: a free one)', atMost(65_535))
    .action(lazily(async () => (await import('../launch-processes.js')).launchCommand));
  guide(command, {
    first: ['--processes', '--port'],
    notes: [
      'K processes with --batch-size b train as one with K·b would. Cores, memory for images and decoding threads are divided among them.',
      'On several machines, use torchrun, Slurm or Kubernetes: xclr train finds their variables by itself.',
    ],
    examples: [
      { run: 'xclr launch --processes 2 -- train --data products.csv --batch-size 64' },
      {
        run: 'xclr launch --processes 4 -- train --resume --run runs/xclr-images',
        does: 'resumes a run of four processes exactly where it stopped',
      },
    ],
  });
}

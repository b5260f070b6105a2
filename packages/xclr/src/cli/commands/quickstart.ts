// `xclr quickstart`: trains X-CLR and SimCLR on emoji drawings and writes a report.
import type { Command } from 'commander';
import { guide } from '../help/guide.js';
import { wholeNumber } from '../numbers.js';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .option('--folder <folder>', 'Where runs, comparison and report are written', 'runs/quickstart')
    .option('--data <folder>', 'Where the emoji images are written', 'data/emoji')
    .option('--steps <number>', 'Train for fewer steps, for a first look', wholeNumber)
    .action(lazily(async () => (await import('../quickstart.js')).quickstartCommand));
  guide(command, {
    notes: ['Needs no network. After Ctrl-C or a crash the same command resumes.'],
    examples: [{ run: 'xclr quickstart' }, { run: 'xclr quickstart --steps 200 --folder runs/first-look' }],
  });
}

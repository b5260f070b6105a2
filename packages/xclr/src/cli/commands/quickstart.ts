// `xclr quickstart`: trains X-CLR and SimCLR on emoji drawings and writes a report.
import type { Command } from 'commander';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .option('--folder <folder>', 'where runs, comparison and report go', 'runs/quickstart')
    .option('--data <folder>', 'where the emoji images go', 'data/emoji')
    .option('--steps <number>', 'train for fewer steps, for a first look')
    .action(lazily(async () => (await import('../quickstart.js')).quickstartCommand));
}

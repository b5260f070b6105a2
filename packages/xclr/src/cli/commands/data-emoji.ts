// `xclr data emoji`: renders the offline data set.
import type { Command } from 'commander';
import { guide } from '../help/guide.js';
import { atMost } from '../numbers.js';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .argument('[folder]', 'Folder to fill', 'data/emoji')
    .option('--size <pixels>', 'Width and height of an image', atMost(4096), 72)
    .action(lazily(async () => (await import('../data-emoji.js')).emojiCommand));
  guide(command, {
    notes: ['The drawings come with the package that is installed: nothing is downloaded.'],
    examples: [{ run: 'xclr data emoji' }, { run: 'xclr data emoji data/emoji-128 --size 128' }],
  });
}

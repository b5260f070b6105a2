// `xclr data emoji`: renders the offline data set.
import type { Command } from 'commander';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .argument('[folder]', 'folder to fill', 'data/emoji')
    .option('--size <pixels>', 'width and height of an image', '72')
    .action(lazily(async () => (await import('../data-emoji.js')).emojiCommand));
}

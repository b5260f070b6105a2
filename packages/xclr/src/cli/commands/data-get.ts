// `xclr data get`: public data sets from their official addresses.
import type { Command } from 'commander';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .argument('[name]', 'cifar10, imagenette-160, coco-captions, …: --list names all')
    .argument('[folder]', 'where it goes (default: data/<name>)')
    .option('--list', 'name every set, with its size and license')
    .option('--accept-license', 'accept its license without being asked')
    .option('--mirror <url>', 'folder at another address that has the same files')
    .addHelpText(
      'after',
      `
Examples:
  xclr data get --list
  xclr data get imagenette-160
  xclr data get cifar10 /data/cifar10 --accept-license
  xclr data get cifar10 --mirror http://files.example/sets/

The license is shown first. A download that was cut resumes where it was; the folder appears only when everything was
checked and unpacked. What its authors give only to those who ask is listed with how to ask.`,
    )
    .action(lazily(async () => (await import('../data-get.js')).getCommand));
}

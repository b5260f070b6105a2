// `xclr data get`: public data sets from their official addresses.
import { type Command, InvalidArgumentError } from 'commander';
import { guide } from '../help/guide.js';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .argument('[name]', 'Name of the set: cifar10, imagenette-160, coco-captions, …; --list names all')
    .argument('[folder]', 'Where to write it (default: data/<name>)')
    .option('--list', 'List every set with its size and license')
    .option('--accept-license', 'Accept the license without being asked')
    .option('--mirror <url>', 'Download from this address of a folder that holds the same files', address)
    .action(lazily(async () => (await import('../data-get.js')).getCommand));
  guide(command, {
    notes: [
      'The license is printed first. After an interruption the same command resumes the download; the folder appears only when everything has been checked and unpacked. For sets that their authors give only on request, it prints how to ask.',
    ],
    examples: [
      { run: 'xclr data get --list' },
      { run: 'xclr data get imagenette-160' },
      { run: 'xclr data get cifar10 /data/cifar10 --accept-license' },
      { run: 'xclr data get cifar10 --mirror http://files.example/sets/' },
    ],
  });
}

function address(text: string): string {
  if (!/^https?:/.test(text) || !URL.canParse(text))
    throw new InvalidArgumentError('It must be an address that begins with http:// or https://.');
  return text;
}

// `xclr setup`: find or install LibTorch, and build the native addon where no prebuilt one fits.
import type { Command } from 'commander';
import { guide } from '../help/guide.js';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .option('--libtorch <folder>', 'Folder of the LibTorch to use; by default LIBTORCH, or what is found')
    .option('--no-install', 'Install no system packages, only say which are missing')
    .option('--build', 'Build the addon even where a prebuilt one fits')
    .action(lazily(async () => (await import('../setup.js')).setupCommand));
  guide(command, {
    notes: [
      'LibTorch is looked for in the folder that LIBTORCH names, then in the torch package of python3, then in the system. ' +
        'On Debian and Ubuntu what is missing is installed with apt-get; elsewhere the command says what to install.',
      'Where the installed npm packages hold no addon for that version of LibTorch, one is built from the sources in the ' +
        '@xclr/torch package, which needs cmake, make and a C++ compiler. Addons built here go to ~/.cache/xclr (or to ' +
        'XDG_CACHE_HOME).',
      'Only training, evaluation and commands on run folders need LibTorch. Exported encoders run without it.',
    ],
    examples: [{ run: 'xclr setup' }, { run: 'xclr setup --libtorch /opt/libtorch' }],
  });
}

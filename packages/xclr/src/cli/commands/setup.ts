// `xclr setup`: find or install LibTorch, and build the native addon where no prebuilt one fits.
import type { Command } from 'commander';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .option('--libtorch <folder>', 'folder of the LibTorch to use; by default LIBTORCH, or what is found')
    .option('--no-install', 'install no system packages, only say which are missing')
    .option('--build', 'build the addon even where a prebuilt one fits')
    .addHelpText(
      'after',
      `
It looks for LibTorch in the folder that LIBTORCH names, then in the torch package of python3, then in the system. On
Debian and Ubuntu it installs what is missing with apt-get; elsewhere it says what to install. Where the installed npm
packages hold no addon for that version of LibTorch, it builds one from the sources in the @xclr/torch package, which
needs cmake, make and a C++ compiler. Addons that it builds go to ~/.cache/xclr (or to XDG_CACHE_HOME).

Only training, evaluation and commands on run folders need LibTorch. Exported encoders run without it.

Examples:
  xclr setup
  xclr setup --libtorch /opt/libtorch`,
    )
    .action(lazily(async () => (await import('../setup.js')).setupCommand));
}

// `xclr index …`: making and changing what `xclr search` looks through; one file a subcommand.
import type { Command } from 'commander';
import { register as registerAdd } from './index-add.js';
import { register as registerBuild } from './index-build.js';
import { register as registerInfo } from './index-info.js';
import { register as registerRemove } from './index-remove.js';

export function register(program: Command): void {
  const index = program.command('index').description('Build and change an index of images for search');
  for (const register of [registerBuild, registerAdd, registerRemove, registerInfo]) register(index);
}

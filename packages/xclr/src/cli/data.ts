// `xclr data …`: looking at data and preparing it; one file a subcommand.
import type { Command } from 'commander';
import { register as registerEmoji } from './data-emoji.js';
import { register as registerGet } from './data-get.js';
import { register as registerInspect } from './data-inspect.js';
import { register as registerPack } from './data-pack.js';
import { register as registerVerify } from './data-verify.js';
import { register as registerViews } from './data-views.js';

export function register(program: Command): void {
  const data = program.command('data').description('Look at data, and prepare them');
  for (const register of [
    registerInspect,
    registerVerify,
    registerViews,
    registerPack,
    registerGet,
    registerEmoji,
  ])
    register(data);
}

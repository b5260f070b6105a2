// `xclr graph …`: looking at the similarity graph before days of training; one file a subcommand.
import type { Command } from 'commander';
import { register as registerAudit } from './graph-audit.js';
import { register as registerBuild } from './graph-build.js';
import { register as registerCalibrate } from './graph-calibrate.js';
import { register as registerCompare } from './graph-compare.js';
import { register as registerInspect } from './graph-inspect.js';

export function register(program: Command): void {
  const graph = program
    .command('graph')
    .description('Build, look at, calibrate and mend what says how similar images are');
  for (const register of [registerBuild, registerInspect, registerCalibrate, registerAudit, registerCompare])
    register(graph);
}

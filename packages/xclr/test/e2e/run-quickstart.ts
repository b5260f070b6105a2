// The quick start with a handful of steps, in a process of its own.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Comparison } from '../../src/compare/comparison.js';

export const launcher = fileURLToPath(new URL('../../dist/cli/launch.js', import.meta.url));

/** What it prints. */
export const quickstart = (folder: string): string =>
  execFileSync(
    process.execPath,
    [launcher, 'quickstart', '--steps', '4', '--folder', 'run', '--data', 'emoji'],
    { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
  );

export const comparisonIn = (folder: string): Comparison =>
  JSON.parse(readFileSync(join(folder, 'run', 'comparison.json'), 'utf8'));

// The quick start, run again over what it left, and its comparison over several seeds.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Effort } from '../../src/compare/effort.js';
import { temporaryFolder } from '../train/make.js';
import { comparisonIn, launcher, quickstart } from './run-quickstart.js';

it('trains nothing again when it is run again, and measures the same', () => {
  const folder = temporaryFolder();
  quickstart(folder);
  const first = comparisonIn(folder);
  quickstart(folder);
  const again = comparisonIn(folder);
  expect(again.methods).toEqual(first.methods);
  expect(again.seconds.xclr).toBe(first.seconds.xclr);
});

it('is made over several seeds by a command, which resumes', () => {
  const folder = temporaryFolder();
  const out = join(folder, 'seeds');
  const compare = (seeds: string) =>
    execFileSync(
      process.execPath,
      [
        launcher,
        'compare',
        ...['--preset', 'quickstart', '--data', join(folder, 'emoji', 'manifest.csv'), '--out', out],
        ...['--seeds', seeds, '--set', 'steps=3', 'schedule.warmupSteps=0'],
      ],
      { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
    );
  compare('0'); // draws the emoji first
  const first = readFileSync(join(out, 'cells', 'xclr-f1-s0.json'), 'utf8');
  const output = compare('0,1');
  expect(readFileSync(join(out, 'cells', 'xclr-f1-s0.json'), 'utf8')).toBe(first);
  expect(readdirSync(join(out, 'cells'))).toHaveLength(8);
  expect(output).toMatch(/kNN: X-CLR is /);
  const { seeds, effort } = JSON.parse(readFileSync(join(out, 'comparison.json'), 'utf8'));
  expect(seeds).toEqual({ 1: [0, 1] });
  expect(effort.efforts.map(({ viewsPerImage, steps }: Effort) => [viewsPerImage, steps])).toEqual([
    [2, 3],
    [2, 3],
  ]);
});

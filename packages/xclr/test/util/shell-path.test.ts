// Paths in commands: what a shell makes of them is the path.
import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { shellPath } from '../../src/util/shell-path.js';

it.each(['plain/run-1', 'with space', "it's", '$HOME `x` "y"'])('%s reaches a command as it is', (name) => {
  const path = join(process.cwd(), name);
  const echoed = execFileSync('sh', ['-c', `printf %s ${shellPath(path)}`], { encoding: 'utf8' });
  expect(resolve(echoed)).toBe(path);
});

it('is short where it can be, and the current folder has a name', () => {
  expect(shellPath(join(process.cwd(), 'runs/a'))).toBe('runs/a');
  expect(shellPath(process.cwd())).toBe(process.cwd());
  expect(shellPath('/elsewhere')).toBe('/elsewhere');
});

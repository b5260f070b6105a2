// Code in the documentation: every block is run by a test or says why not, its TypeScript fits the public API, and its settings
// are taken. The blocks themselves run in doc-blocks.slow.test.ts.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readPlan } from '../../src/compare/plan.js';
import { askTrainConfig } from '../../src/train/config.js';
import { put, temporaryFolder } from '../data/make.js';
import {
  type Block,
  blocksOf,
  documentedPages,
  elsewhere,
  isProgram,
  isPython,
  isSettings,
  isShell,
  root,
  slowPages,
  startPages,
} from './doc-blocks.js';

const run: readonly string[] = [...startPages, ...slowPages, ...elsewhere];
const blocks = documentedPages().flatMap((page) => blocksOf(page));
const isRun = (block: Block) => block.reason === undefined && run.includes(block.page);

it('every block of shell code and of Python is run by a test, or says why not', () => {
  // The cases' commands go on from trainings of an hour; case-prepare.test.ts and their own tests try what can be tried.
  const ours = blocks.filter(({ page }) => !page.startsWith('examples/'));
  const left = ours.filter(
    (block) => (isShell(block) || isPython(block)) && block.reason === undefined && !isRun(block),
  );
  expect(left.map(({ page, line }) => `${page}:${line}`)).toEqual([]);
});

it('CONTRIBUTING.md says how many', () => {
  const text = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
  const stated = (pattern: RegExp) => Number(pattern.exec(text)?.[1]);
  const [shell, programs, settings] = [isShell, isProgram, isSettings].map((is) => blocks.filter(is));
  // Pages grow: what is run is at least as much as is said, and what is not, no more.
  expect(shell!.filter(isRun).length).toBeGreaterThanOrEqual(stated(/at least (\d+) blocks of shell code/));
  expect(shell!.filter(({ reason }) => reason !== undefined).length).toBeLessThanOrEqual(
    stated(/at most (\d+) say why not/),
  );
  expect(programs!.length).toBeGreaterThanOrEqual(stated(/at least (\d+) programs/));
  expect(settings!.length).toBeGreaterThanOrEqual(stated(/at least (\d+) blocks of settings/));
});

it('its settings are taken', () => {
  const folder = temporaryFolder();
  const base = { data: { path: 'products.csv' } };
  for (const { code, page, line } of blocks.filter(
    (block) => isSettings(block) && block.reason === undefined,
  )) {
    // A list is one of tasks: it stands below `evaluation: tasks:` of a settings file.
    const text = code.startsWith('- ') ? `evaluation:\n  tasks:\n${code.replace(/^/gm, '    ')}\n` : code;
    const file = put(join(folder, `${page.replaceAll('/', '-')}-${line}.yaml`), text);
    const read = () => (/^methods:/m.test(code) ? readPlan(file, folder) : askTrainConfig({ file, base }));
    expect(read, `${page}:${line}`).not.toThrow();
  }
});

it('would notice a block that is not run', () => {
  const text =
    'a\n\n```sh\nls\n```\n\n<!-- not run: it needs a cluster -->\n```sh\nsbatch\n```\n\n```ts\nx\n```\n';
  expect(blocksOf('docs/a.md', text)).toEqual([
    { page: 'docs/a.md', line: 3, language: 'sh', code: 'ls\n', reason: undefined },
    { page: 'docs/a.md', line: 7, language: 'sh', code: 'sbatch\n', reason: 'it needs a cluster' },
    { page: 'docs/a.md', line: 12, language: 'ts', code: 'x\n', reason: undefined },
  ]);
});

it('its TypeScript fits the public API', () => {
  // Below the repository, where `xclr` is found as a reader's program finds it.
  const folder = join(root, '.cache', `doc-blocks-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  try {
    const files = blocks
      .filter((block) => isProgram(block) && block.reason === undefined)
      .map(({ page, line, code }) => {
        const file = join(folder, `${page.replaceAll('/', '-').replace('.md', '')}-${line}.ts`);
        writeFileSync(file, `${code}\nexport {};\n`);
        return file;
      });
    expect(files.length).toBeGreaterThan(2);
    const options =
      '--noEmit --ignoreConfig --strict --skipLibCheck --target es2022 --module nodenext --types node';
    const lib = '--lib es2023,dom,esnext.disposable';
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    try {
      execFileSync(
        join(root, 'node_modules/.bin/tsc'),
        [...options.split(' '), ...lib.split(' '), ...files],
        {
          cwd: root,
          encoding: 'utf8',
        },
      );
    } catch (error) {
      expect((error as { stdout: string }).stdout).toBe('');
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

// Code in the documentation: every block is run by a test or says why not, and its TypeScript fits the public API. The blocks
// themselves run in doc-blocks.slow.test.ts.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { blocksOf, documentedPages, elsewhere, isShell, root, slowPages, startPages } from './doc-blocks.js';

const run: readonly string[] = [...startPages, ...slowPages, ...elsewhere];

it('every block of shell code is run by a test, or says why not', () => {
  const blocks = documentedPages().flatMap((page) => blocksOf(page));
  expect(blocks.length).toBeGreaterThan(30);
  const left = blocks.filter(
    (block) => isShell(block) && block.reason === undefined && !run.includes(block.page),
  );
  expect(left.map(({ page, line }) => `${page}:${line}`)).toEqual([]);
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
    const files = documentedPages()
      .flatMap((page) => blocksOf(page))
      .filter((block) => !isShell(block) && block.reason === undefined)
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

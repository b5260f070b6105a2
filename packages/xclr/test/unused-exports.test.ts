// The check of unused exports finds what it is for, and tells it from what is used.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const script = fileURLToPath(new URL('../../../scripts/check-unused-exports.mjs', import.meta.url));
let folder: string;

function check(files: Record<string, string>): { status: number | null; faults: string[]; output: string } {
  const root = mkdtempSync(join(folder, 'tree-'));
  const exports = { '.': { default: './dist/index.js' } };
  const manifest = JSON.stringify({ name: 'xclr', exports });
  for (const [name, text] of Object.entries({ 'package.json': manifest, ...files })) {
    const file = join(root, 'packages/xclr', name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const { status, stdout, stderr } = spawnSync('node', [script, root], { encoding: 'utf8' });
  return { status, faults: stderr.split('\n').filter(Boolean), output: stdout };
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'xclr-exports-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('check-unused-exports', () => {
  test('passes what is imported, public, passed on to either, a type, or marked for tests', () => {
    const { status, output, faults } = check({
      'src/index.ts': "export * from './api.js';\nexport { b as c } from './inner.js';\n",
      'src/api.ts': 'export const a = 1;\n',
      'src/inner.ts':
        'export const b = 1;\nexport function used() {}\n/** For tests. @internal */\nexport const d = 1;\nexport interface T { x: 1 }\n',
      'src/other.ts': "import { used } from './barrel.js';\nused();\nawait import('./late.js');\n",
      'src/barrel.ts': "export { used } from './inner.js';\n",
      'src/late.ts': 'export const late = 1;\n',
    });
    expect(faults).toEqual([]);
    expect(output).toMatch(/^exports: \d+ names of 6 files/);
    expect(status).toBe(0);
  });

  test('finds what is dead, what its own file alone needs, what tests alone need, and what is passed on in vain', () => {
    const { status, faults } = check({
      'src/index.ts': "import './inner.js';\n",
      'src/inner.ts':
        'export const dead = 1;\nexport const own = 1;\nown;\nexport const tried = 1;\nexport const passed = 1;\n',
      'src/barrel.ts': "export { passed } from './inner.js';\n",
      'test/inner.test.ts': "import { tried } from '../src/inner.js';\ntried;\n",
    });
    expect(status).toBe(1);
    expect(faults).toEqual([
      'packages/xclr/src/barrel.ts passes on passed, which no other file imports from it: leave it out',
      'packages/xclr/src/inner.ts exports dead, which no other file imports: delete it',
      'packages/xclr/src/inner.ts exports own, which no other file imports: do not export it',
      'packages/xclr/src/inner.ts exports passed, which no other file imports: delete it',
      'packages/xclr/src/inner.ts exports tried, which no other file imports: mark it @internal, as tests take it, or delete it',
    ]);
  });
});

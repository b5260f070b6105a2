// The check of imports finds what it is for, and tells it from what is allowed.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const script = fileURLToPath(new URL('../../../scripts/check-imports.mjs', import.meta.url));
let folder: string;

function check(files: Record<string, string>): { status: number | null; faults: string[]; output: string } {
  const root = mkdtempSync(join(folder, 'tree-'));
  const manifest = JSON.stringify({ name: 'xclr', dependencies: { zod: '*' } });
  for (const [name, text] of Object.entries({ 'package.json': manifest, ...files })) {
    const file = join(root, 'packages/xclr', name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const { status, stdout, stderr } = spawnSync('node', [script, root], { encoding: 'utf8' });
  return { status, faults: stderr.split('\n').filter(Boolean), output: stdout };
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'xclr-imports-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('check-imports', () => {
  test('passes a tree whose imports go downwards to declared packages', () => {
    const { status, output } = check({
      'src/util/errors.ts': "import { join } from 'node:path';\nexport const path = join('a', 'b');\n",
      'src/data/types.ts': "import { z } from 'zod';\nimport { path } from '../util/errors.js';\nz;path;\n",
    });
    expect(output).toMatch(/^imports: 2 files/);
    expect(status).toBe(0);
  });

  test('finds a cycle of types, an import from a higher layer, a folder without a layer and an undeclared package', () => {
    const { status, faults } = check({
      'src/data/a.ts': "import type { B } from './b.js';\nexport type A = B;\n",
      'src/data/b.ts': "import type { A } from './a.js';\nexport type B = A | null;\n",
      'src/util/up.ts': "export type { A } from '../data/a.js';\n",
      'src/elsewhere/c.ts': "import sharp from 'sharp';\nsharp;\n",
      'src/cli/lazy.ts': "export const load = () => import('left-pad');\n",
      'web/page.ts': "import '../src/util/up.js';\n",
    });
    expect(status).toBe(1);
    expect(faults).toEqual([
      expect.stringMatching(/^cycle: .*a\.ts → .*b\.ts → .*a\.ts$/),
      expect.stringMatching(/^layers: .*util\/up\.ts \(util\) imports .*data\/a\.ts \(data\)/),
      expect.stringMatching(/^layers: .*web\/page\.ts \(web\) imports .*up\.ts/),
      expect.stringMatching(/^layers: .*elsewhere\/c\.ts lies in no layer/),
      expect.stringMatching(/^packages: .*cli\/lazy\.ts imports left-pad/),
      expect.stringMatching(/^packages: .*elsewhere\/c\.ts imports sharp/),
    ]);
  });
});

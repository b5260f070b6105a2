// The README's program is the one under examples/, and it runs; its tables are those of the committed results.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { train } from '../../../../examples/train.js';
import { putDataset, smallConfig, temporaryFolder } from '../train/make.js';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

it('quotes the example, which trains', async () => {
  const [, ...example] = readFileSync(join(root, 'examples/train.ts'), 'utf8').split('\n');
  expect(readFileSync(join(root, 'README.md'), 'utf8')).toContain(example.join('\n'));
  const folder = temporaryFolder();
  const manifest = await putDataset(join(folder, 'data'));
  const { data: _, ...settings } = smallConfig(manifest, join(folder, 'run'), { steps: 2 });
  expect(existsSync(join(await train(manifest, settings), 'checkpoints', 'last'))).toBe(true);
});

it('has the tables of the committed results', () => {
  execFileSync(process.execPath, [join(root, 'scripts/update-readme.mjs'), '--check'], { stdio: 'pipe' });
});

// The README's program and commands run, and its generated sections are those of the examples and the committed results.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { train } from '../../../../examples/train.js';
import { putDataset, smallConfig, temporaryFolder } from '../train/make.js';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const launcher = fileURLToPath(new URL('../../dist/cli/launch.js', import.meta.url));

it('its program trains', async () => {
  const folder = temporaryFolder();
  const manifest = await putDataset(join(folder, 'data'));
  const { data: _, ...settings } = smallConfig(manifest, join(folder, 'run'), { steps: 2 });
  expect(existsSync(join(await train(manifest, settings), 'checkpoints', 'last'))).toBe(true);
});

it('its commands run, from data to a search', async () => {
  const folder = dirname(await putDataset(temporaryFolder()));
  renameSync(join(folder, 'images.csv'), join(folder, 'products.csv'));
  renameSync(join(folder, 'cat-4.png'), join(folder, 'photo.jpg'));
  // `npx xclr` without npm, and training in a small setting.
  const small = '--encoder resnet18 --width 0.125 --size 32 --batch-size 8 --steps 2 --threads 1 --workers 1';
  const npx = join(folder, 'npx');
  writeFileSync(
    npx,
    `#!/bin/sh\nshift\n[ "$1" = train ] && set -- "$@" ${small}\nexec '${process.execPath}' '${launcher}' "$@"\n`,
  );
  chmodSync(npx, 0o755);
  const script = readFileSync(join(root, 'examples/first-run.sh'), 'utf8');
  const output = execFileSync('sh', ['-e', '-c', script], {
    cwd: folder,
    env: { ...process.env, PATH: `${folder}:${process.env.PATH}` },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  expect(output).toMatch(/(cat|dog|horse|eagle|truck|car|apple|pear)-\d\.png +\d\.\d+/);
}, 240_000);

it('npm has the scripts that it names', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const named = [...readme.matchAll(/npm (?:run )?(quickstart|test|[\w:-]+(?= {2,}#))/g)].map(
    ([, name]) => name!,
  );
  expect(named).toContain('quickstart');
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

it.each(['update-readme', 'readme-figure'])('scripts/%s.mjs has nothing to change', (script) => {
  execFileSync(process.execPath, [join(root, `scripts/${script}.mjs`), '--check'], { stdio: 'pipe' });
});

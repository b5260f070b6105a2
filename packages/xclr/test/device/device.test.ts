// The device checks on the CPU: they need a GPU to say anything of a GPU, and here to show that they work.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const checks = ['packages/torch/test/device', 'packages/xclr/test/device'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.check.mjs'))
    .map((name) => join(folder, name)),
);

it.each(checks)('%s', (check) => {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--test', check], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, XCLR_TEST_DEVICE: 'cpu' },
  });
  expect(status, `${stdout}\n${stderr}`).toBe(0);
});

// `xclr studio` as a process: its address, its token, a port that is taken, its end, and that it loads no LibTorch.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { buildPage, fakeRun, temporaryFolder } from '../studio/make.js';
import { command, xclrIn } from './run.js';

it('prints an address with a token, gives runs/ to who has it, says that a port is taken, and ends with Ctrl-C', async () => {
  buildPage();
  const folder = temporaryFolder();
  fakeRun(join(folder, 'runs/one'));
  const child = spawn(process.execPath, [command, 'studio', '--port', '0'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  try {
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const url = line.toString().trim();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[0-9a-f]{32}$/);
    const { origin, port, searchParams } = new URL(url);
    expect((await fetch(`${origin}/api/runs`)).status).toBe(401);
    const headers = { authorization: `Bearer ${searchParams.get('token')}` };
    const { runs } = (await (await fetch(`${origin}/api/runs`, { headers })).json()) as {
      runs: { name: string }[];
    };
    expect(runs.map(({ name }) => name)).toEqual(['one']);
    const mapped = `/proc/${child.pid}/maps`;
    if (existsSync(mapped)) expect(readFileSync(mapped, 'utf8')).not.toMatch(/libtorch|libc10|xclr.*\.node/);

    const second = xclrIn(folder)('studio', '--no-token', '--port', port);
    expect(second.code).toBe(1);
    expect(second.err).toMatch(/cannot listen on 127\.0\.0\.1:.*another studio, uses this port/s);
  } finally {
    child.kill('SIGINT');
  }
  expect(await once(child, 'close')).toEqual([0, null]);
});

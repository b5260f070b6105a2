// `xclr serve` as a process: what it refuses to start with, and that it ends in time whatever its decoders do.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { pngWith } from '../deploy/hostile-uploads.js';
import { putOnnxFolder, temporaryFolder, tinyOnnx } from '../deploy/make.js';
import { command, serving } from './run.js';

const folder = temporaryFolder();
putOnnxFolder(join(folder, 'encoder'), tinyOnnx());
const image = Uint8Array.from(pngWith(8, [200, 10, 10]));

/** Processes that one has started. */
function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((one) => {
      try {
        const stat = readFileSync(`/proc/${one}/stat`, 'utf8');
        return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === pid;
      } catch {
        return false; // it has ended
      }
    });
}

const upload = (url: string) =>
  fetch(`${url}/embed`, { method: 'POST', body: image, headers: { 'content-type': 'image/png' } });

it.runIf(process.platform === 'linux')('SIGTERM ends it within its grace while decoders hang', async () => {
  const server = await serving(
    folder,
    'encoder',
    '--grace',
    '2',
    '--decode-timeout',
    '600',
    '--decoders',
    '2',
  );
  expect((await upload(server.url)).status).toBe(200);
  const decoders = childrenOf(server.child.pid!);
  expect(decoders).toHaveLength(2);
  for (const pid of decoders) process.kill(pid, 'SIGSTOP');
  const stuck = Array.from({ length: 4 }, () => upload(server.url).catch(() => undefined));
  const active = async () =>
    (await (await fetch(`${server.url}/metrics`)).text()).includes('\nxclr_requests_active 4\n');
  await vi.waitUntil(active, { timeout: 60_000 });
  const began = performance.now();
  expect(await server.stop()).toBe(0);
  expect(performance.now() - began).toBeLessThan(30_000); // 2 s of grace; the rest is for a busy machine
  await Promise.all(stuck);
  for (const pid of decoders) expect(() => process.kill(pid, 0)).toThrow();
});

it.runIf(process.platform === 'linux')('kill -9 leaves no decoder behind', async () => {
  const server = await serving(folder, 'encoder', '--decoders', '2');
  expect((await upload(server.url)).status).toBe(200);
  const decoders = childrenOf(server.child.pid!);
  const ended = once(server.child, 'close');
  server.child.kill('SIGKILL');
  await ended;
  const alive = (pid: number) => {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  };
  await vi.waitUntil(() => !decoders.some(alive), { timeout: 60_000 });
});

it('refuses an address of the network without a token, before it opens anything', async () => {
  const args = ['serve', 'nothing', '--port', '0', '--host', '0.0.0.0'];
  const { XCLR_TOKEN: _, ...env } = process.env;
  const child = spawn(process.execPath, [command, ...args], { cwd: folder, env, stdio: 'pipe' });
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  const [code] = await once(child, 'close');
  expect(code).toBe(1);
  expect(said).toMatch(/there is no token/);
  expect(said).not.toMatch(/\n {4}at /);
});

// Locks: whose they are, who waits, and which are left by processes that are gone.
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { type LockHolder, lockFile, thisHolder } from '../../src/util/lock-file.js';
import { temporaryFolder } from '../data/make.js';

const place = () => join(temporaryFolder(), 'lock');
const left = (path: string, holder: Partial<LockHolder>) =>
  writeFileSync(path, JSON.stringify({ ...thisHolder(), ...holder }));
const atOnce = { patienceMs: 0 };
const onLinux = existsSync('/proc/self/stat');

describe('lockFile', () => {
  it('names its process and host, and is gone when disposed', async () => {
    const path = place();
    const lock = await lockFile(path);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ pid: process.pid, host: hostname() });
    await expect(lockFile(path, { ...atOnce, what: 'out/ is being packed' })).rejects.toThrow(
      `out/ is being packed by process ${process.pid} on host ${hostname()}`,
    );
    lock[Symbol.dispose]();
    expect(readdirSync(dirname(path))).toEqual([]);
  });

  it('waits for its turn, and lets one in at a time', async () => {
    const path = place();
    let inside = 0;
    const turns = Array.from({ length: 5 }, async () => {
      using _lock = await lockFile(path);
      expect(++inside).toBe(1);
      await new Promise((next) => setTimeout(next, 5));
      inside--;
    });
    await Promise.all(turns);
  });

  it('takes the lock of a process that is gone', async () => {
    const path = place();
    left(path, { pid: 999_999_999 });
    using _lock = await lockFile(path, atOnce);
    expect(readdirSync(dirname(path))).toEqual(['lock']);
  });

  it('removes what a process left aside that was killed while it took such a lock, and nothing else', async () => {
    const path = place();
    left(`${path}.${randomUUID()}`, { pid: 999_999_999 });
    const [living, named] = [`${path}.${randomUUID()}`, `${path}.txt`];
    left(living, { pid: process.ppid, started: null });
    left(named, { pid: 999_999_999 });
    {
      using _lock = await lockFile(path, atOnce);
    }
    expect(readdirSync(dirname(path)).sort()).toEqual([basename(living), basename(named)].sort());
  });

  it.runIf(onLinux)(
    'knows a process id that was given anew, and one of before the machine booted',
    async () => {
      for (const changes of [{ started: '1' }, { boot: 'another' }]) {
        const path = place();
        left(path, { pid: process.ppid, ...changes });
        using _lock = await lockFile(path, atOnce);
      }
    },
  );

  it.runIf(onLinux)('of its own process id is stale where another process had that id', async () => {
    const path = place();
    left(path, { pid: process.pid, started: '1' }); // as after the restart of a container
    using _lock = await lockFile(path, atOnce);
  });

  it('does not wait in silence: says once for whom', async () => {
    const path = place();
    const lock = await lockFile(path);
    const said: string[] = [];
    const waiting = lockFile(path, {
      what: 'out/ is being written',
      onWait: (message) => said.push(message),
    });
    while (said.length === 0) await new Promise((next) => setTimeout(next, 20));
    await new Promise((next) => setTimeout(next, 150));
    lock[Symbol.dispose]();
    (await waiting)[Symbol.dispose]();
    expect(said).toEqual([
      `out/ is being written by process ${process.pid} on host ${hostname()}: waiting until it has finished …`,
    ]);
  });

  it('waits as long as it was told to, whatever the clock does', async () => {
    const path = place();
    using _lock = await lockFile(path);
    const clock = vi.spyOn(Date, 'now').mockReturnValue(0); // set back by decades
    await expect(lockFile(path, { patienceMs: 120 })).rejects.toThrow('waited for 0 s');
    clock.mockRestore();
  });

  it('leaves the lock of another host alone, whose processes it cannot see', async () => {
    const path = place();
    left(path, { pid: 999_999_999, host: 'elsewhere' });
    await expect(lockFile(path, atOnce)).rejects.toThrow('by process 999999999 on host elsewhere');
    expect(existsSync(path)).toBe(true);
  });

  it('takes an empty lock file for one that is being written, until it is old', async () => {
    const path = place();
    writeFileSync(path, '');
    await expect(lockFile(path, atOnce)).rejects.toThrow('by another process');
    utimesSync(path, 1, 1);
    using _lock = await lockFile(path, atOnce);
  });

  it('of another is not removed by who held it before', async () => {
    const path = place();
    const lock = await lockFile(path);
    left(path, { token: 'theirs' });
    lock[Symbol.dispose]();
    expect(existsSync(path)).toBe(true);
  });
});

// Starting in the right environment: what is preloaded, what is left alone, and that endings are passed on.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asksForHelp } from '../../src/cli/asks-for-help.js';
import {
  blasIsHeldBack,
  launchEnvironment,
  type Machine,
  needsRelaunch,
  preloadedAllocator,
} from '../../src/cli/environment.js';
import { runScript } from '../../src/cli/relaunch.js';

const linux: Machine = {
  platform: 'linux',
  cpuFlags: new Set(['avx2', 'avx512f']),
  allocator: '/lib/libtcmalloc_minimal.so.4',
};

describe('launchEnvironment', () => {
  it('preloads the allocator that was found', () => {
    expect(launchEnvironment({ HOME: '/h' }, linux)).toEqual({
      HOME: '/h',
      LD_PRELOAD: '/lib/libtcmalloc_minimal.so.4',
      XCLR_LAUNCHED: '1',
    });
  });

  it('keeps what is preloaded already', () => {
    expect(launchEnvironment({ LD_PRELOAD: '/x/libfoo.so' }, linux).LD_PRELOAD).toBe(
      '/x/libfoo.so:/lib/libtcmalloc_minimal.so.4',
    );
    expect(launchEnvironment({ LD_PRELOAD: '/x/libjemalloc.so.2' }, linux).LD_PRELOAD).toBe(
      '/x/libjemalloc.so.2',
    );
  });

  it('does as XCLR_ALLOCATOR says', () => {
    expect(launchEnvironment({ XCLR_ALLOCATOR: 'none' }, linux).LD_PRELOAD).toBeUndefined();
    expect(launchEnvironment({ XCLR_ALLOCATOR: '/my.so' }, linux).LD_PRELOAD).toBe('/my.so');
  });

  it('has as many native threads as cores, where Node would start fewer', () => {
    expect(launchEnvironment({}, { ...linux, cores: 16 }).UV_THREADPOOL_SIZE).toBe('16');
    expect(launchEnvironment({}, { ...linux, cores: 2 }).UV_THREADPOOL_SIZE).toBeUndefined();
    const chosen = { UV_THREADPOOL_SIZE: '8' };
    expect(launchEnvironment(chosen, { ...linux, cores: 16 }).UV_THREADPOOL_SIZE).toBe('8');
  });

  it('preloads nothing where it cannot', () => {
    expect(launchEnvironment({}, { ...linux, allocator: null }).LD_PRELOAD).toBeUndefined();
    expect(launchEnvironment({}, { ...linux, platform: 'darwin' }).LD_PRELOAD).toBeUndefined();
  });

  it('frees OpenBLAS from kernels slower than the CPU has', () => {
    expect(launchEnvironment({ OPENBLAS_CORETYPE: 'Haswell' }, linux).OPENBLAS_CORETYPE).toBeUndefined();
    expect(launchEnvironment({ OPENBLAS_CORETYPE: 'SkylakeX' }, linux).OPENBLAS_CORETYPE).toBe('SkylakeX');
    expect(blasIsHeldBack({ OPENBLAS_CORETYPE: 'Haswell' }, { ...linux, cpuFlags: new Set(['avx2']) })).toBe(
      false,
    );
  });
});

describe('needsRelaunch', () => {
  it('is once at most', () => {
    expect(needsRelaunch({}, linux)).toBe(true);
    expect(needsRelaunch(launchEnvironment({}, linux), linux)).toBe(false);
    expect(needsRelaunch({}, { ...linux, allocator: null })).toBe(false);
  });
});

describe('preloadedAllocator', () => {
  it('finds it among other libraries', () => {
    expect(preloadedAllocator({ LD_PRELOAD: '/a.so /b/libmimalloc.so' })).toBe('/b/libmimalloc.so');
    expect(preloadedAllocator({})).toBeNull();
  });
});

describe('runScript', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'xclr-launch-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function script(name: string, source: string): string {
    const path = join(folder, name);
    writeFileSync(path, source);
    return path;
  }

  it('keeps the exit code, the arguments and the environment', async () => {
    const path = script('code.mjs', 'process.exit(Number(process.argv[2]) + Number(process.env.MORE))');
    expect(await runScript(path, ['3'], { ...process.env, MORE: '4' })).toEqual({ code: 7, signal: null });
  });

  it('passes signals on and lets the child finish in its own way', async () => {
    const child = script(
      'child.mjs',
      "process.on('SIGTERM', () => { console.log('saved'); process.exit(5); }); setInterval(() => {}, 1000); console.log('ready');",
    );
    const relaunch = pathToFileURL(join(import.meta.dirname, '../../dist/cli/relaunch.js')).href;
    const parent = script(
      'parent.mjs',
      `import { endLike, runScript } from ${JSON.stringify(relaunch)}; endLike(await runScript(${JSON.stringify(child)}, [], process.env));`,
    );
    const running = spawn(process.execPath, [parent], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    running.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.endsWith('ready\n')) running.kill('SIGTERM');
    });
    const code = await new Promise((resolve) => running.once('exit', resolve));
    expect(output).toBe('ready\nsaved\n');
    expect(code).toBe(5);
  });
});

describe('asksForHelp', () => {
  it.each([
    [[]],
    [['--help']],
    [['--version']],
    [['-V']],
    [['help', 'train']],
    [['train', '--help', 'graph']],
    [['data', 'inspect', '-h']],
  ])('sees that %j only prints text', (args) => expect(asksForHelp(args)).toBe(true));

  it.each([[['train', '--data', 'help']], [['doctor']], [['search', 'index', '--text', 'version']]])(
    'sees that %j does work',
    (args) => expect(asksForHelp(args)).toBe(false),
  );
});

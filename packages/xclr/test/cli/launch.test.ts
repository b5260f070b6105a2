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
import { explainEnding } from '../../src/cli/explain-ending.js';
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

  it('leaves no child behind when it is killed itself', async () => {
    const dist = (name: string) =>
      JSON.stringify(pathToFileURL(join(import.meta.dirname, `../../dist/cli/${name}.js`)).href);
    const child = script(
      'orphan.mjs',
      `import { watchParent } from ${dist('parent-watch')}; watchParent();
       process.on('SIGTERM', () => { console.log('saved'); process.exit(5); }); setInterval(() => {}, 1000); console.log('ready');`,
    );
    const parent = script(
      'killed.mjs',
      `import { runScript } from ${dist('relaunch')}; await runScript(${JSON.stringify(child)}, [], process.env);`,
    );
    const running = spawn(process.execPath, [parent], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    running.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output === 'ready\n') running.kill('SIGKILL');
    });
    await new Promise((resolve) => running.stdout.once('close', resolve)); // when the child has ended too
    expect(output).toBe('ready\nsaved\n');
  });

  it('watches only the process that started it', async () => {
    const watch = JSON.stringify(
      pathToFileURL(join(import.meta.dirname, '../../dist/cli/parent-watch.js')).href,
    );
    const path = script(
      'other.mjs',
      `import { watchParent } from ${watch}; watchParent({ XCLR_PARENT: JSON.stringify({ pid: process.pid, host: 'elsewhere' }) }); setTimeout(() => process.exit(3), 1300);`,
    );
    expect(await runScript(path, [], process.env)).toEqual({ code: 3, signal: null });
  });

  it('ends a process whose parent was killed before it could watch it', async () => {
    const watch = JSON.stringify(
      pathToFileURL(join(import.meta.dirname, '../../dist/cli/parent-watch.js')).href,
    );
    const path = script(
      'late.mjs',
      `import { watchParent } from ${watch}; import { hostname } from 'node:os';
       watchParent({ XCLR_PARENT: JSON.stringify({ pid: 4194304, host: hostname(), boot: null, started: null }) });
       setTimeout(() => process.exit(3), 60_000);`,
    );
    expect(await runScript(path, [], process.env)).toEqual({ code: null, signal: 'SIGTERM' });
  });

  it('explains a child that was killed, and ends as it did', async () => {
    const dist = (name: string) =>
      JSON.stringify(pathToFileURL(join(import.meta.dirname, `../../dist/cli/${name}.js`)).href);
    const child = script('dies.mjs', "process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000);");
    const parent = script(
      'tells.mjs',
      `import { endLike, runScript } from ${dist('relaunch')}; import { explainEnding } from ${dist('explain-ending')};
       const ending = await runScript(${JSON.stringify(child)}, [], process.env);
       console.log(explainEnding(ending)); endLike(ending);`,
    );
    const running = spawn(process.execPath, [parent], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    running.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    const signal = await new Promise((resolve) => running.once('close', (_, found) => resolve(found)));
    expect(output).toMatch(/was killed \(SIGKILL\)/);
    expect(signal).toBe('SIGKILL');
  });
});

describe('explainEnding', () => {
  it('has words for what kills a process, and none for an end of its own', () => {
    expect(explainEnding({ code: null, signal: 'SIGKILL' })).toMatch(/memory ran out[\s\S]*--dry-run/);
    expect(explainEnding({ code: null, signal: 'SIGILL' })).toMatch(/instruction/);
    expect(explainEnding({ code: null, signal: 'SIGSEGV' })).toMatch(/XCLR_ALLOCATOR=none/);
    expect(explainEnding({ code: 1, signal: null })).toBeNull();
    expect(explainEnding({ code: null, signal: 'SIGINT' })).toBeNull();
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

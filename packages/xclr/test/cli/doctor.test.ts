// What doctor concludes from facts, and that it collects facts on this machine.
import { describe, expect, it } from 'vitest';
import { type Check, diagnose, runningVersion } from '../../src/cli/doctor/checks.js';
import { collectFacts, type Facts } from '../../src/cli/doctor/facts.js';
import { formatChecks } from '../../src/cli/doctor.js';

const GiB = 1024 ** 3;

const healthy: Facts = {
  node: { version: '20.19.0', system: 'linux x64' },
  torch: {
    loaded: true,
    threads: 1,
    info: {
      builtFor: '1.13.0',
      libtorch: '/usr/lib',
      addon: '/addon.node',
      prebuilt: true,
      cuda: false,
      cudaDevices: 0,
      config: 'PyTorch built with:\n - BLAS_INFO=generic, TORCH_VERSION=1.13.0, USE_CUDA=OFF',
      parallel: '',
    },
  },
  libraries: ['/lib/libopenblasp-r0.3.21.so', '/lib/libblas.so.3', '/lib/libtcmalloc_minimal.so.4'],
  machine: {
    platform: 'linux',
    cpuFlags: new Set(['avx2', 'avx512f']),
    allocator: '/lib/libtcmalloc_minimal.so.4',
  },
  environment: {},
  cores: 2,
  memory: { total: 16 * GiB, free: 12 * GiB },
  disk: { path: '/home', free: 100 * GiB },
  onnxruntime: true,
  brokenPackages: [],
  hub: { url: 'https://hub', problem: null },
  sentenceTransformer: '/models/mini',
};

function checkOf(name: string, facts: Partial<Facts>): Check | undefined {
  return diagnose({ ...healthy, ...facts }).find((check) => check.name === name);
}

const withInfo = (info: object): Facts['torch'] =>
  ({ ...healthy.torch, info: { ...(healthy.torch as { info: object }).info, ...info } }) as Facts['torch'];

describe('diagnose', () => {
  it('has nothing to say about a healthy machine', () => {
    const checks = diagnose(healthy);
    expect(checks.filter((check) => check.status !== 'ok')).toEqual([]);
    expect(formatChecks(checks)).toContain('Everything is set up.');
  });

  it.each<[string, string, Partial<Facts>, Check['status'], RegExp]>([
    ['old Node', 'Node', { node: { version: '20.18.3', system: '' } }, 'fail', /20\.19/],
    ['newer Node', 'Node', { node: { version: '24.1.0', system: '' } }, 'ok', /null/],
    [
      'a missing package',
      'npm packages',
      { brokenPackages: [{ name: 'sharp', reason: 'gone' }] },
      'fail',
      /npm install xclr/,
    ],
    ['an optional package missing', 'npm packages', { onnxruntime: false }, 'warn', /onnxruntime-node/],
    ['nothing built', 'LibTorch', { torch: { loaded: false, reason: 'not built' } }, 'fail', /setup/],
    ['another LibTorch', 'LibTorch', { torch: withInfo({ builtFor: '2.1.0' }) }, 'fail', /setup --build/],
    ['a GPU', 'device', { torch: withInfo({ cuda: true, cudaDevices: 2 }) }, 'ok', /null/],
    ['too many threads', 'threads', { environment: { OMP_NUM_THREADS: '8' } }, 'warn', /OMP_NUM_THREADS/],
    ['the reference BLAS', 'BLAS', { libraries: ['/lib/libblas.so.3.11.0'] }, 'warn', /libopenblas0-openmp/],
    ['pinned kernels', 'BLAS', { environment: { OPENBLAS_CORETYPE: 'Haswell' } }, 'warn', /Unset/],
    ['no preload', 'allocator', { libraries: ['/lib/libopenblas.so'] }, 'warn', /npx xclr/],
    [
      'no allocator to preload',
      'allocator',
      { libraries: ['/lib/libopenblas.so'], machine: { ...healthy.machine, allocator: null } },
      'warn',
      /apt-get install libtcmalloc/,
    ],
    ['little memory', 'memory', { memory: { total: 4 * GiB, free: GiB } }, 'warn', /batch-size/],
    ['a full disk', 'disk', { disk: { path: '/', free: 1000 } }, 'warn', /space/],
    ['no hub', 'model hub', { hub: { url: 'h', problem: 'ENOTFOUND' } }, 'warn', /network/],
    [
      'no hub and no files',
      'sentence transformer',
      { hub: { url: 'h', problem: 'x' }, sentenceTransformer: null },
      'warn',
      /wordnet/,
    ],
    ['a hub and no files', 'sentence transformer', { sentenceTransformer: null }, 'ok', /null/],
  ])('%s', (_, name, facts, status, remedy) => {
    const check = checkOf(name, facts);
    expect(check?.status).toBe(status);
    expect(String(check?.remedy)).toMatch(remedy);
  });

  it('says the version that runs when it is not the one that was built for', () => {
    expect(checkOf('LibTorch', { torch: withInfo({ builtFor: '2.1.0' }) })?.found).toBe(
      'the addon was built for 2.1.0, but 1.13.0 from /usr/lib, prebuilt addon is loaded',
    );
    expect(runningVersion('no version')).toBeNull();
  });

  it('leaves out what cannot be known without LibTorch', () => {
    const names = diagnose({ ...healthy, torch: { loaded: false, reason: 'x' }, libraries: [] }).map(
      (check) => check.name,
    );
    expect(names).not.toContain('BLAS');
    expect(names).not.toContain('device');
  });
});

describe('formatChecks', () => {
  it('puts the remedy below', () => {
    const text = formatChecks(diagnose({ ...healthy, torch: { loaded: false, reason: 'not built' } }));
    expect(text).toMatch(/✗ LibTorch +not built\n +→ Run: npx xclr setup/);
    expect(text).toContain('Something is missing');
  });
});

describe('collectFacts', () => {
  it('knows this machine', async () => {
    const facts = await collectFacts('/models');
    expect(facts.node.version).toBe(process.versions.node);
    expect(facts.cores).toBeGreaterThan(0);
    expect(facts.memory.free).toBeLessThanOrEqual(facts.memory.total);
    expect(facts.disk.free).toBeGreaterThan(0);
    expect(facts.brokenPackages).toEqual([]);
    expect(facts.sentenceTransformer).toBe('/models');
    if (facts.torch.loaded) expect(runningVersion(facts.torch.info.config)).toMatch(/^\d+\.\d+/);
  });
});

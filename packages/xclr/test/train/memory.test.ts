// How much memory a training takes: the estimate against what a process took, the limits, and what is said of both.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkMemory, largestBatch } from '../../src/train/memory/check.js';
import { estimateMemory, type MemoryFacts } from '../../src/train/memory/estimate.js';
import { memoryLimit } from '../../src/train/memory/limits.js';
import { planTraining, runTraining } from '../../src/train/session.js';
import { putDataset, smallConfig, temporaryFolder } from './make.js';

const folder = temporaryFolder();
let manifest = '';

beforeAll(async () => {
  manifest = await putDataset(join(folder, 'data'));
});

const GiB = 2 ** 30;
const facts: MemoryFacts = {
  parameters: 11e6,
  optimizer: 'adamw',
  activationBytes: 8e6,
  batchSize: 128,
  viewsEach: 2,
  imageBytes: 86 * 86 * 4,
  images: 8000,
  cacheBytes: 2 * GiB,
  prefetchBytes: 2 ** 28,
  workers: 2,
  present: 3e8,
};

describe('the estimate', () => {
  it('grows with the batch by the activations, and by the square of the views in the loss', () => {
    const one = estimateMemory(facts);
    const two = estimateMemory({ ...facts, batchSize: 256 });
    expect(two.activations).toBeCloseTo(2 * one.activations, 0);
    expect(two.loss).toBeCloseTo(4 * one.loss, 0);
    expect(two.weights).toBe(one.weights);
    expect(one.weights).toBe(4 * 11e6 * 4); // weights, gradients, two states of adamw
  });

  it('has the activations of a chunk, and the strips of a large loss, whatever the batch', () => {
    const large = { ...facts, batchSize: 4096, chunkSize: 128 };
    expect(estimateMemory(large).activations).toBe(estimateMemory(facts).activations);
    expect(estimateMemory({ ...facts, chunkSize: 4096 }).activations).toBe(estimateMemory(facts).activations);
    const loss = (batchSize: number, changes: object = {}) =>
      estimateMemory({ ...facts, batchSize, ...changes }).loss;
    expect(loss(32_768)).toBe(loss(4096)); // strips of 16 MiB, however many columns
    expect(loss(32_768)).toBeLessThanOrEqual(2 * loss(1024));
    expect(loss(4096, { strips: 'off' })).toBeCloseTo(16 * loss(1024, { strips: 'off' }), 0);
    // Its own rows by the columns of all.
    expect(loss(128, { processes: 4 })).toBeCloseTo(4 * loss(128), 0);
  });

  it('keeps no more decoded images than the cache holds', () => {
    const images = (changes: object) => estimateMemory({ ...facts, ...changes }).images;
    expect(images({ images: 1e6 }) - images({ images: 1e6, cacheBytes: GiB })).toBe(GiB);
    expect(images({ images: 0 })).toBeLessThan(images({}));
  });

  // Within 25 % of the most that the process took. The estimate knows neither the allocator's habits nor what oneDNN keeps.
  it.each([
    ['a ResNet', { encoder: { name: 'resnet18' }, views: { size: 64 }, batchSize: 64 }],
    ['a mobile network', { encoder: { name: 'mobilenet_v3_small' }, views: { size: 64 }, batchSize: 96 }],
  ])('is within a quarter of the peak of %s', { timeout: 240_000 }, (_, settings) => {
    const script = fileURLToPath(new URL('fixtures/peak-memory.mjs', import.meta.url));
    const args = [script, manifest, JSON.stringify(settings)];
    const said = execFileSync(process.execPath, args, { encoding: 'utf8' });
    const { estimate, peak } = JSON.parse(said) as { estimate: number; peak: number };
    expect(estimate / peak).toBeGreaterThan(0.75);
    expect(estimate / peak).toBeLessThan(1.25);
  });
});

describe('memoryLimit', () => {
  function system(name: string, files: Readonly<Record<string, string>>) {
    const root = join(folder, name);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    return { proc: join(root, 'proc'), cgroups: join(root, 'cgroup') };
  }
  const meminfo = { 'proc/meminfo': 'MemTotal: 33554432 kB\nMemAvailable:   16777216 kB\n' };

  it('is the free memory where nothing is narrower', () => {
    expect(memoryLimit(system('free', meminfo))).toEqual({ available: 16 * GiB, source: 'free memory' });
  });

  it.each([
    [
      'version 2, of a group above',
      {
        'proc/self/cgroup': '0::/user.slice/job.scope\n',
        'cgroup/user.slice/memory.max': `${8 * GiB}\n`,
        'cgroup/user.slice/memory.current': `${3 * GiB}\n`,
        'cgroup/user.slice/memory.stat': `anon 1\ninactive_file ${GiB}\n`,
        'cgroup/user.slice/job.scope/memory.max': 'max\n',
      },
    ],
    [
      'version 1',
      {
        'proc/self/cgroup': '3:cpu:/\n4:memory:/box\n',
        'cgroup/memory/box/memory.limit_in_bytes': `${8 * GiB}\n`,
        'cgroup/memory/box/memory.usage_in_bytes': `${3 * GiB}\n`,
        'cgroup/memory/box/memory.stat': `total_inactive_file ${GiB}\n`,
        'cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
      },
    ],
    [
      'version 2 seen from inside, where the path is not there',
      {
        'proc/self/cgroup': '0::/outside/box\n',
        'cgroup/memory.max': `${8 * GiB}\n`,
        'cgroup/memory.current': `${2 * GiB}\n`,
      },
    ],
  ])('is the container’s: control groups, %s', (name, files) => {
    const limit = memoryLimit(system(name.replace(/\W/g, '-'), { ...meminfo, ...files }));
    expect(limit).toEqual({ available: 6 * GiB, source: 'the memory limit of this container' });
  });

  it('is the limit on addresses', () => {
    const files = {
      ...meminfo,
      'proc/self/limits': `Limit Soft Hard Units\nMax address space         ${8 * GiB}   unlimited   bytes\n`,
      'proc/self/status': `VmSize:\t ${GiB / 1024} kB\n`,
    };
    expect(memoryLimit(system('ulimit', files))).toMatchObject({
      available: 7 * GiB,
      source: expect.stringContaining('ulimit -v'),
    });
  });
});

describe('too little memory', () => {
  const limit = { available: 2 * GiB, source: 'a test' };

  it('offers the same batch in chunks where that fits', () => {
    const large = { ...facts, batchSize: 1024 };
    const plan = { estimate: estimateMemory(large), limit };
    expect(() =>
      checkMemory(plan, large, { device: 'cpu', onMemoryShortage: 'stop' }, () => undefined),
    ).toThrow(/or --chunk-size 64, which compares the same batch and takes longer/);
  });

  it('stops before the first step, and names settings that fit', () => {
    const large = { ...facts, batchSize: 1024 };
    const plan = { estimate: estimateMemory(large), limit };
    const check = (onMemoryShortage: 'stop' | 'warn', said: string[] = []) =>
      checkMemory(plan, large, { device: 'cpu', onMemoryShortage }, (line) => said.push(line));
    expect(() => check('stop')).toThrow(
      /expected to take 9\.\d GiB, and there are 2\.0 GiB \(a test\): activations [\s\S]*--batch-size 64 fits/,
    );
    const said: string[] = [];
    check('warn', said);
    expect(said.join('\n')).toMatch(/--batch-size 64 fits/);
  });

  it('is no matter where it suffices', () => {
    const batchSize = largestBatch(facts, limit, 'cpu');
    expect(batchSize).toBe(64);
    const fitting = { ...facts, batchSize };
    const plan = { estimate: estimateMemory(fitting), limit };
    expect(() =>
      checkMemory(plan, fitting, { device: 'cpu', onMemoryShortage: 'stop' }, () => undefined),
    ).not.toThrow();
  });
});

describe('a plan', () => {
  it('tells what training would do, and leaves nothing behind', { timeout: 120_000 }, async () => {
    const config = smallConfig(manifest, join(folder, 'planned'));
    const { lines, memory, seconds, totalSteps } = await planTraining(config);
    const text = lines.map(({ label, text }) => `${label}: ${text}`).join('\n');
    expect(text).toMatch(/data: images \(manifest\): 32 training and 8 validation images/);
    expect(text).toMatch(/learns from: caption similarity by wordnet/);
    expect(text).toMatch(/encoder: resnet18, width 0\.125: 0\.2 million parameters/);
    expect(text).toMatch(/steps: 10; adamw, learning rate 0\.001/);
    expect(text).toMatch(/memory: about 0\.\d GiB/);
    expect(totalSteps).toBe(10);
    expect(seconds).toBeGreaterThan(0);
    expect(memory!.estimate.total).toBeLessThan(memory!.limit.available);
    await expect(runTraining({ ...config, resume: true })).rejects.toThrow(/expected a config\.json/);
  });
});

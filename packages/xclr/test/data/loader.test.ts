// Batches: order, resume, caching, worker counts, broken images.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ImageReader, ImageStore, type ImageStoreOptions } from '../../src/data/images.js';
import { type Batch, Loader } from '../../src/data/loader.js';
import { openDataset } from '../../src/data/open.js';
import { Sampler } from '../../src/data/sampler.js';
import type { Dataset } from '../../src/data/types.js';
import { UserError } from '../../src/util/errors.js';
import { put, putImages, temporaryFolder } from './make.js';

const size = 4;
const bytes = size * size * 4;

async function dataset(count: number, broken: readonly number[] = []): Promise<Dataset> {
  const root = temporaryFolder();
  const names = Array.from({ length: count }, (_, i) => `c/${String(i).padStart(3, '0')}.png`);
  await putImages(root, names);
  for (const i of broken) writeFileSync(join(root, names[i]!), 'not an image');
  return openDataset(root);
}

async function collect(batches: AsyncIterable<Batch>): Promise<Batch[]> {
  const all: Batch[] = [];
  for await (const batch of batches) all.push(batch);
  return all;
}

const plain = (batches: readonly Batch[]) =>
  batches.map(({ indices, images, position }) => ({ indices, images, position }));

const indices = (n: number) => Int32Array.from({ length: n }, (_, i) => i);

describe('Sampler', () => {
  it('visits each sample once an epoch, differently each epoch, the same for one seed', () => {
    const chosen = Int32Array.from([3, 5, 8, 13, 21, 34, 55]);
    const epoch = (seed: number, epoch: number) => {
      const sampler = new Sampler({ indices: chosen, batchSize: 3, seed, dropLast: false });
      return [0, 1, 2].flatMap((batch) => [...sampler.batch({ epoch, batch })]);
    };
    expect(epoch(1, 0).toSorted((a, b) => a - b)).toEqual([...chosen]);
    expect(epoch(1, 0)).toEqual(epoch(1, 0));
    expect(new Set([epoch(1, 0), epoch(1, 1), epoch(2, 0)].map(String)).size).toBe(3);
    expect(new Sampler({ indices: chosen, batchSize: 3 }).batchesPerEpoch).toBe(2);
    expect(new Sampler({ indices: chosen, batchSize: 3, order: 'sequential' }).batchesPerEpoch).toBe(3);
  });

  it('refuses batches that cannot be', () => {
    expect(() => new Sampler({ indices: indices(3), batchSize: 4 })).toThrow(
      /batchSize is 4.*only 3 samples/,
    );
    expect(() => new Sampler({ indices: indices(0), batchSize: 4 })).toThrow(UserError);
    expect(() => new Sampler({ indices: indices(3), batchSize: 0 })).toThrow(/at least 1, got 0/);
    expect(() => new Sampler({ indices: indices(3), batchSize: 3 }).batch({ epoch: 0, batch: 1 })).toThrow(
      /0 … 0/,
    );
  });
});

describe('Loader', () => {
  it('gives the right pixels in the right places', async () => {
    await using store = new ImageStore(await dataset(10), { size });
    const loader = new Loader(store, { indices: indices(10), batchSize: 4, order: 'sequential' });
    const batches = await collect(loader.epoch({ epoch: 0 }));
    expect(batches.map(({ indices }) => [...indices])).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9],
    ]);
    for (const { indices, images, waitSeconds } of batches) {
      expect(images).toHaveLength(indices.length);
      images.forEach(({ pixels, aspect }, i) => {
        expect(pixels).toHaveLength(bytes);
        const index = indices[i]!;
        expect([...pixels.subarray(0, 4)]).toEqual([index, 255 - index, 128, 255]);
        expect(aspect).toBe(1.5);
      });
      expect(waitSeconds).toBeGreaterThanOrEqual(0);
    }
  });

  it('gives the same batches for any number of workers, any cache, and any prefetch', async () => {
    const data = await dataset(30, [7]);
    const run = async (options: Partial<ImageStoreOptions>, prefetch: number) => {
      await using store = new ImageStore(data, { size, ...options });
      const loader = new Loader(store, {
        indices: indices(30),
        batchSize: 8,
        seed: 3,
        dropLast: false,
        prefetch,
      });
      const two = [
        ...(await collect(loader.epoch({ epoch: 0 }))),
        ...(await collect(loader.epoch({ epoch: 1 }))),
      ];
      expect(store.failures.map(({ where }) => where)).toEqual(['c/007.png']);
      return plain(two);
    };
    const expected = await run({ workers: 1 }, 0);
    expect(expected.reduce((sum, { indices }) => sum + indices.length, 0)).toBe(58);
    expect(await run({ workers: 3 }, 2)).toEqual(expected);
    expect(await run({ workers: 2, cacheBytes: 11 * bytes }, 3)).toEqual(expected);
    expect(await run({ workers: 2, cacheBytes: 0 }, 1)).toEqual(expected);
  });

  it('resumes inside an epoch', async () => {
    await using store = new ImageStore(await dataset(20), { size });
    const options = { indices: indices(20), batchSize: 3, seed: 9 };
    const whole = plain(await collect(new Loader(store, options).epoch({ epoch: 4 })));
    const rest = plain(await collect(new Loader(store, options).epoch({ epoch: 4, batch: 2 })));
    expect(whole).toHaveLength(6);
    expect(rest).toEqual(whole.slice(2));
    expect(await collect(new Loader(store, options).epoch({ epoch: 4, batch: 6 }))).toEqual([]);
  });

  it('holds no more bytes ahead than it may, by the sizes of the batches that came', async () => {
    const data = await dataset(24);
    await using store = new ImageStore(data, { size, cacheBytes: 0 });
    let asked = 0;
    const counting: ImageReader = {
      dataset: data,
      failures: [],
      fetch(chosen) {
        asked++;
        return store.fetch(chosen);
      },
      [Symbol.asyncDispose]: async () => undefined,
    };
    const aheadAfterTwo = async (prefetchBytes: number) => {
      asked = 0;
      const options = { indices: indices(24), batchSize: 2, order: 'sequential', prefetch: 5 } as const;
      const batches = new Loader(counting, { ...options, prefetchBytes }).epoch({ epoch: 0 });
      await batches.next();
      await batches.next();
      await batches.return();
      return asked - 2;
    };
    const batchBytes = 2 * bytes;
    expect(await aheadAfterTwo(2 ** 28)).toBe(5);
    expect(await aheadAfterTwo(3 * batchBytes)).toBe(3);
    expect(await aheadAfterTwo(batchBytes - 1)).toBe(0);
  });

  it('does not decode what is cached', async () => {
    const data = await dataset(6);
    await using store = new ImageStore(data, { size });
    const first = await store.fetch(indices(6));
    expect(store.cached).toBe(6);
    for (const { image } of data.samples) writeFileSync(image.path, 'gone');
    expect(await store.fetch(indices(6))).toEqual(first);
  });

  it('never replaces a broken image, and reports it once', async () => {
    await using store = new ImageStore(await dataset(12, [0, 5]), { size });
    const loader = new Loader(store, { indices: indices(12), batchSize: 6, order: 'sequential' });
    for (let epoch = 0; epoch < 2; epoch++) {
      const batches = await collect(loader.epoch({ epoch }));
      expect(batches.map(({ indices }) => [...indices])).toEqual([
        [1, 2, 3, 4],
        [6, 7, 8, 9, 10, 11],
      ]);
    }
    expect(store.failures.map(({ where }) => where).sort()).toEqual(['c/000.png', 'c/005.png']);
    expect(store.failures[0]!.reason).toMatch(/unsupported image format/);
  });

  it('stops with the list when too many images are broken', async () => {
    const data = await dataset(40, [...indices(15)]);
    await using store = new ImageStore(data, { size });
    const loader = new Loader(store, { indices: indices(40), batchSize: 20, order: 'sequential' });
    await expect(collect(loader.epoch({ epoch: 0 }))).rejects.toThrow(
      /decoding: 15 of \d+ samples cannot be used[\s\S]*c\/0/,
    );
    await using patient = new ImageStore(data, { size, maxFailureRate: 0.9 });
    const rest = await collect(
      new Loader(patient, { indices: indices(40), batchSize: 20, dropLast: false }).epoch({ epoch: 0 }),
    );
    expect(rest.reduce((sum, { indices }) => sum + indices.length, 0)).toBe(25);
  });

  it('can be left early and used again', async () => {
    await using store = new ImageStore(await dataset(20), { size, cacheBytes: 0 });
    const loader = new Loader(store, { indices: indices(20), batchSize: 2, order: 'sequential' });
    for await (const batch of loader.epoch({ epoch: 0 })) if (batch.position.batch === 1) break;
    expect(await collect(loader.epoch({ epoch: 1 }))).toHaveLength(10);
  });

  it('abandons what was made ahead without calling it broken', async () => {
    const store = new ImageStore(await dataset(40), { size, workers: 1 });
    const loader = new Loader(store, {
      indices: indices(40),
      batchSize: 4,
      prefetch: 8,
      order: 'sequential',
    });
    for await (const _ of loader.epoch({ epoch: 0 })) break;
    await store[Symbol.asyncDispose]();
    expect(store.failures).toEqual([]);
    await expect(store.fetch(Int32Array.from([39]))).rejects.toThrow(/disposed/);
  });

  it('reads a file that was replaced by an empty one as broken', async () => {
    const data = await dataset(3);
    put(data.samples[1]!.image.path, '');
    await using store = new ImageStore(data, { size });
    expect([...(await store.fetch(indices(3))).indices]).toEqual([0, 2]);
    expect(store.failures).toEqual([{ where: 'c/001.png', reason: 'the file is empty' }]);
  });
});

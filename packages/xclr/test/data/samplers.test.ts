// The samplers: what they visit, how fairly, in which order on the disk, shards by rank, and resuming.

import { describe, expect, it } from 'vitest';
import { Loader } from '../../src/data/loader.js';
import { openDataset } from '../../src/data/open.js';
import { openImages } from '../../src/data/open-images.js';
import {
  classBalanced,
  type Order,
  orderOf,
  type SamplerName,
  samplerNames,
  shardByRank,
  shuffled,
  streamed,
} from '../../src/data/orders.js';
import { packDataset } from '../../src/data/packed/pack.js';
import { Sampler } from '../../src/data/sampler.js';
import type { Dataset } from '../../src/data/types.js';
import { putImages, temporaryFolder } from './make.js';

const range = (n: number) => Int32Array.from({ length: n }, (_, i) => i);
const sorted = (values: Iterable<number>) => [...values].sort((a, b) => a - b);

describe('class-balanced', () => {
  // 90 of class 0, 9 of class 1, 1 of class 2
  const classOf = Int32Array.from(range(100), (i) => (i < 90 ? 0 : i < 99 ? 1 : 2));
  const order = classBalanced(range(100), classOf, 5);

  it('draws every class as often as any other', () => {
    const counts = [0, 0, 0];
    for (let epoch = 0; epoch < 60; epoch++) for (const index of order(epoch)) counts[classOf[index]!]!++;
    // 6,000 draws with p = 1/3: a deviation of 36.5; five of them
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(183);
  });

  it('takes every image of a class before any comes again', () => {
    const ofOne = order(0).filter((index) => classOf[index] === 1);
    expect(ofOne.length).toBeGreaterThan(18);
    expect(sorted(ofOne.subarray(0, 9))).toEqual([90, 91, 92, 93, 94, 95, 96, 97, 98]);
    expect(sorted(ofOne.subarray(9, 18))).toEqual([90, 91, 92, 93, 94, 95, 96, 97, 98]);
    expect([...ofOne.subarray(0, 9)]).not.toEqual([...ofOne.subarray(9, 18)]);
  });

  it('has no image twice in a batch where there are others, and then keeps classes as even as it can', () => {
    const batch = 20;
    const batched = classBalanced(range(100), classOf, 5, { batch });
    const counts = [0, 0, 0];
    for (let epoch = 0; epoch < 20; epoch++) {
      const drawn = batched(epoch);
      for (let start = 0; start < 100; start += batch)
        expect(new Set(drawn.subarray(start, start + batch)).size).toBe(batch);
      for (const index of drawn) counts[classOf[index]!]!++;
    }
    // 100 batches: the class of one image comes once in each; the others take the rest, class 1 at most 9 in a batch.
    expect(counts[2]).toBeGreaterThan(95);
    expect(counts[2]).toBeLessThanOrEqual(100);
    expect(counts[1]).toBeGreaterThan(800);
    const few = classBalanced(range(3), Int32Array.of(0, 0, 1), 1, { batch: 8 })(0); // fewer images than a batch
    expect(sorted(few)).toEqual([0, 1, 2]);
  });

  it('tells how often each image came before, in any process, and nothing where none comes again', () => {
    const one = new Sampler({ indices: range(100), batchSize: 10, order });
    const seen = new Map<number, number>();
    for (let batch = 0; batch < 10; batch++) {
      const ids = one.batch({ epoch: 1, batch });
      one.occurrences({ epoch: 1, batch })!.forEach((before, i) => {
        expect(before).toBe(seen.get(ids[i]!) ?? 0);
        seen.set(ids[i]!, before + 1);
      });
    }
    expect(Math.max(...seen.values())).toBeGreaterThan(20); // the class of one image
    const shards = [0, 1].map(
      (rank) => new Sampler({ indices: range(100), batchSize: 5, order, shard: { rank, world: 2 } }),
    );
    const both = shards.map((shard) => ({
      ids: shard.batch({ epoch: 1, batch: 0 }),
      before: shard.occurrences({ epoch: 1, batch: 0 })!,
    }));
    const whole = one.batch({ epoch: 1, batch: 0 });
    const before = one.occurrences({ epoch: 1, batch: 0 })!;
    whole.forEach((id, i) => {
      expect(both[i % 2]!.ids[i >> 1]).toBe(id);
      expect(both[i % 2]!.before[i >> 1]).toBe(before[i]);
    });
    const shuffle = new Sampler({ indices: range(100), batchSize: 10 });
    expect(shuffle.occurrences({ epoch: 1, batch: 0 })).toBeNull();
  });

  it('depends on seed and epoch only', () => {
    expect(order(3)).toEqual(classBalanced(range(100), classOf, 5)(3));
    expect(order(3)).not.toEqual(order(4));
    expect(order(3)).not.toEqual(classBalanced(range(100), classOf, 6)(3));
  });
});

describe('stream', () => {
  const fileOf = Int32Array.from(range(1000), (i) => Math.floor(i / 100));
  const order = streamed(range(1000), fileOf, { buffer: 50, seed: 5 });

  it('visits everything once, and other files first in another epoch', () => {
    for (const epoch of [0, 1]) expect(sorted(order(epoch))).toEqual([...range(1000)]);
    expect(order(2)).toEqual(order(2));
    expect(order(0)).not.toEqual(order(1));
  });

  it('reads a file after the other, within the buffer', () => {
    const seen = order(0);
    const files: number[] = [];
    for (const index of seen) if (!files.includes(fileOf[index]!)) files.push(fileOf[index]!);
    expect(files).not.toEqual(sorted(files));
    seen.forEach((index, place) => {
      const place0 = files.indexOf(fileOf[index]!) * 100 + (index % 100); // when the disk comes to it
      expect(place0).toBeLessThanOrEqual(place + 50); // never read further ahead than the buffer is large
    });
  });

  it('mixes within the buffer: with one of the whole it is a shuffle, with one of 1 the order of the files', () => {
    const late = (k: number) =>
      streamed(range(1000), new Int32Array(1000), { buffer: k, seed: 1 })(0).reduce(
        (sum, index, place) => sum + Math.abs(index - place),
        0,
      ) / 1000;
    expect(late(1)).toBeLessThan(2);
    expect(late(1000)).toBeGreaterThan(300); // a shuffle's mean is 333
  });

  it('cut into lanes has every image once, and gives each of 2 and 4 processes files of its own', () => {
    const files = Int32Array.from({ length: 800 }, (_, i) => Math.floor(i / 50));
    const order = streamed(
      range(803),
      Int32Array.from({ length: 803 }, (_, i) => files[i] ?? 16),
      {
        ...{ buffer: 40, seed: 2, interleave: 4 },
      },
    );
    const epoch = order(3);
    expect([...epoch].toSorted((a, b) => a - b)).toEqual([...range(803)]);
    expect(order(3)).toEqual(epoch);
    expect(order(4)).not.toEqual(epoch);
    const filesOf = (rank: number, world: number) =>
      new Set(Array.from(shardByRank(order, { rank, world })(3), (index) => files[index] ?? 16));
    for (const world of [2, 4]) {
      const each = Array.from({ length: world }, (_, rank) => filesOf(rank, world).size);
      // 17 files divided; the cuts between lanes fall within files, which two processes then read.
      expect(each.reduce((sum, n) => sum + n, 0)).toBeLessThanOrEqual(17 + 3);
    }
    expect(filesOf(0, 3).size).toBeGreaterThan(12); // 3 does not divide 4: it reads from all lanes
  });
});

describe('shards by rank', () => {
  const epochOf = (rank: number, world: number, uneven: 'drop' | 'pad', epoch = 0, order?: Order) => {
    const sampler = new Sampler({
      indices: range(23),
      batchSize: 1,
      seed: 4,
      shard: { rank, world, uneven },
      ...(order && { order }),
    });
    return Array.from({ length: sampler.batchesPerEpoch }, (_, batch) => sampler.batch({ epoch, batch })[0]!);
  };

  it('are disjoint and equal, and others in the next epoch', () => {
    const shards = [0, 1, 2, 3].map((rank) => epochOf(rank, 4, 'drop'));
    expect(shards.map((shard) => shard.length)).toEqual([5, 5, 5, 5]);
    expect(new Set(shards.flat()).size).toBe(20);
    expect(epochOf(1, 4, 'drop', 1)).not.toEqual(shards[1]);
    const left = (epoch: number) => {
      const seen = new Set([0, 1, 2, 3].flatMap((rank) => epochOf(rank, 4, 'drop', epoch)));
      return [...range(23)].filter((i) => !seen.has(i));
    };
    expect(left(0)).not.toEqual(left(1));
  });

  it('pad to the same length where told so', () => {
    const shards = [0, 1, 2, 3].map((rank) => epochOf(rank, 4, 'pad'));
    expect(shards.map((shard) => shard.length)).toEqual([6, 6, 6, 6]);
    expect(new Set(shards.flat()).size).toBe(23);
    const whole = shuffled(range(23), 4)(0);
    expect(shards[3]!.at(-1)).toBe(whole[0]);
  });

  it('together give what one process draws', () => {
    const whole = shuffled(range(23), 4)(7);
    const shards = [0, 1].map((rank) => epochOf(rank, 2, 'drop', 7));
    expect(Array.from({ length: 22 }, (_, i) => shards[i % 2]![i >> 1])).toEqual([...whole.subarray(0, 22)]);
  });

  it('refuse ranks that cannot be', () => {
    expect(() => epochOf(4, 4, 'drop')).toThrow(/rank must be in 0 … world−1, got rank 4 of world 4/);
    expect(() => epochOf(0, 24, 'drop')).toThrow(/only 0 samples for each of 24 processes/);
  });
});

describe('a loader by each sampler', () => {
  const size = 4;
  let opened: Promise<{ files: Dataset; packed: Dataset }> | undefined;
  const datasets = () => {
    opened ??= (async () => {
      const root = temporaryFolder();
      const names = Array.from(
        { length: 30 },
        (_, i) => `${i < 20 ? 'many' : 'few'}/${String(i).padStart(2, '0')}.png`,
      );
      await putImages(root, names);
      const files = await openDataset(root);
      const folder = `${root}-packed`;
      await packDataset(files, folder, { size, shardBytes: 400 });
      return { files, packed: await openDataset(folder) };
    })();
    return opened;
  };

  async function batches(
    dataset: Dataset,
    sampler: SamplerName,
    { workers = 1, from = 0, prefetch = 2, prefetchBytes = 2 ** 28 } = {},
  ) {
    await using store = openImages(dataset, { size, workers, cacheBytes: 0 });
    const indices = range(30);
    const order = orderOf(dataset, indices, { sampler, seed: 3, buffer: 7 });
    const loader = new Loader(store, { indices, batchSize: 4, order, prefetch, prefetchBytes });
    const all = [];
    for await (const { waitSeconds: _, ...batch } of loader.epoch({ epoch: 2, batch: from })) all.push(batch);
    return all;
  }

  it.each(samplerNames)(
    '%s: 1, 2 and 4 workers and any prefetch give the same, and so does resuming',
    async (sampler) => {
      for (const dataset of Object.values(await datasets())) {
        const whole = await batches(dataset, sampler);
        expect(whole).toHaveLength(7);
        expect(await batches(dataset, sampler, { workers: 2, prefetch: 5 })).toEqual(whole);
        expect(await batches(dataset, sampler, { workers: 4, prefetchBytes: 0 })).toEqual(whole);
        for (const from of [1, 4])
          expect(await batches(dataset, sampler, { from })).toEqual(whole.slice(from));
      }
    },
  );

  it('streams a packed store shard by shard', async () => {
    const { packed } = await datasets();
    const shard = (index: number) => packed.samples[index]!.image.path;
    const order = orderOf(packed, range(30), { sampler: 'stream', seed: 3, buffer: 1 })(0);
    const changes = [...order].filter((index, i) => i > 0 && shard(index) !== shard(order[i - 1]!)).length;
    expect(new Set([...order].map(shard)).size).toBeGreaterThan(3);
    expect(changes).toBeLessThan(2 * new Set([...order].map(shard)).size);
  });

  it('refuses class-balanced without labels', async () => {
    const { files } = await datasets();
    const samples = files.samples.map((sample, i) => (i === 5 ? { ...sample, label: null } : sample));
    const draw = () =>
      orderOf({ ...files, samples }, range(30), { sampler: 'class-balanced', seed: 0, buffer: 1 });
    expect(draw).toThrow(/draws by label, and "few\/25\.png" has none/);
  });
});

describe('prefetch', () => {
  it('holds no more batches ahead than fit its bytes', async () => {
    const root = temporaryFolder();
    await putImages(
      root,
      Array.from({ length: 24 }, (_, i) => `c/${i}.png`),
    );
    const dataset = await openDataset(root);
    await using images = openImages(dataset, { size: 4, workers: 1 });
    const most = async (prefetchBytes: number) => {
      let [asked, used, ahead] = [0, 0, 0];
      const counting = {
        dataset,
        size: 4,
        failures: [],
        fetch: (indices: Int32Array) => {
          asked++;
          return images.fetch(indices);
        },
        [Symbol.asyncDispose]: () => Promise.resolve(),
      };
      const loader = new Loader(counting, { indices: range(24), batchSize: 2, prefetch: 6, prefetchBytes });
      for await (const _ of loader.epoch({ epoch: 0 })) {
        used++;
        ahead = Math.max(ahead, asked - used);
      }
      expect(used).toBe(12);
      return ahead;
    };
    const batchBytes = 2 * 4 * 4 * 4;
    expect(await most(2 ** 28)).toBe(6);
    expect(await most(3 * batchBytes)).toBe(3);
    expect(await most(batchBytes - 1)).toBe(0);
  });
});

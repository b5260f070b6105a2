// The packed store: what was packed is what is read; kills, bit rot, bad images, and two writers.

import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ImageStore, type Images } from '../../src/data/images.js';
import { Loader } from '../../src/data/loader.js';
import { openDataset } from '../../src/data/open.js';
import { openImages } from '../../src/data/open-images.js';
import { packDataset } from '../../src/data/packed/pack.js';
import { asideOf } from '../../src/util/files.js';
import { thisHolder } from '../../src/util/lock-file.js';
import { Random } from '../../src/util/random.js';
import { put, solid, temporaryFolder } from './make.js';

const all = (n: number) => Int32Array.from({ length: n }, (_, i) => i);

/** Noise of different shapes, every fifth with transparency where `alpha`. */
async function images(count: number, { alpha = false, scale = 1 } = {}): Promise<string> {
  const root = temporaryFolder();
  const rows: string[] = [];
  for (let i = 0; i < count; i++) {
    const [width, height] = [scale * (8 + (i % 5)), scale * (6 + (i % 3))];
    const channels = alpha && i % 5 === 0 ? 4 : 3;
    const random = new Random(i);
    const bytes = Buffer.from(
      Uint8Array.from({ length: width * height * channels }, () => random.below(256)),
    );
    const image = (await import('sharp')).default(bytes, { raw: { width, height, channels } }).png();
    put(join(root, `${i}.png`), await image.toBuffer());
    rows.push(
      `${i}.png,"thing ${i}, ""so""",class ${i % 4},${['train', 'val', 'test'][i % 3]},shelf ${i % 7}`,
    );
  }
  put(join(root, 'a.csv'), `image,caption,label,split,shelf\n${rows.join('\n')}\n`);
  return join(root, 'a.csv');
}

/** Of buffers and arrays alike. */
const plainPixels = ({ images }: Images) =>
  images.map(({ pixels, ...shape }) => ({ ...shape, pixels: new Uint8Array(pixels) }));

/** Every file of a store with its bytes. */
function contents(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map((name) => [name, readFileSync(join(folder, name)).toString('base64')]),
  );
}

describe.each([{ alpha: false }, { alpha: true }])('a raw store (alpha: $alpha)', ({ alpha }) => {
  it('gives the pixels, captions and splits of the images it was packed from', async () => {
    const source = await openDataset(await images(30, { alpha }));
    const folder = join(temporaryFolder(), 'out');
    const outcome = await packDataset(source, folder, { size: 5, shardBytes: 1000 });
    expect(outcome).toMatchObject({ finished: true, done: 30, skipped: 0 });
    expect(readdirSync(folder).filter((name) => name.startsWith('shard'))).toHaveLength(4);
    const packed = await openDataset(folder);
    expect(packed.source).toBe('packed store');
    expect(packed.name).toBe(source.name);
    const plain = ({ samples }: typeof packed) => samples.map(({ image: _, ...rest }) => rest);
    expect(plain(packed)).toEqual(plain(source));
    await using decoded = new ImageStore(source, { size: { shorter: 5 } });
    await using read = openImages(packed, { size: { shorter: 99 } });
    const expected = await decoded.fetch(all(30));
    const found = await read.fetch(all(30));
    const shapes = found.images.map(({ width, height, channels }) => [width, height, channels].join());
    expect(new Set(shapes).size).toBeGreaterThan(5); // each in its own proportions
    expect(shapes.some((shape) => shape.endsWith('4'))).toBe(alpha);
    expect(plainPixels(found)).toEqual(plainPixels(expected));
    await using squares = openImages(packed, { size: 4 }); // as the search for duplicates takes them
    const small = await squares.fetch(all(2));
    expect(small.images.map(({ width, height }) => [width, height])).toEqual([
      [4, 4],
      [4, 4],
    ]);
  });
});

describe('a JPEG store', () => {
  it('keeps small JPEGs as they are, shrinks larger images, and is decoded as any other source', async () => {
    const root = temporaryFolder();
    const small = await solid(20, 10, [200, 10, 10]).jpeg({ quality: 70 }).toBuffer();
    put(join(root, 'a', '1.jpg'), small);
    put(join(root, 'a', '2.png'), await solid(100, 60, [10, 200, 10]).png().toBuffer());
    put(join(root, 'b', '3.png'), await solid(64, 64, [10, 10, 200, 128]).png().toBuffer());
    put(join(root, 'b', '4.png'), await solid(9, 9, [5, 5, 5]).png().toBuffer());
    const folder = join(temporaryFolder(), 'out');
    await packDataset(await openDataset(root), folder, { images: 'jpeg', size: 32 });
    const packed = await openDataset(folder);
    const { path, part } = packed.samples[0]!.image;
    expect(readFileSync(path).subarray(part!.offset, part!.offset + part!.length)).toEqual(small);
    await using store = openImages(packed, { size: { shorter: 99 } });
    const { images } = await store.fetch(all(4));
    expect(images.map(({ width, height, channels }) => [width, height, channels])).toEqual([
      [20, 10, 3],
      [53, 32, 3],
      [32, 32, 4],
      [9, 9, 3],
    ]);
    expect(Math.abs(images[1]!.pixels[1]! - 200)).toBeLessThan(4);
    expect(Math.abs(images[2]!.pixels[3]! - 128)).toBeLessThan(3);
  });
});

describe('packing', () => {
  it('leaves out what cannot be decoded, with the reason', async () => {
    const table = await images(20);
    writeFileSync(join(table, '..', '3.png'), 'not an image');
    const folder = join(temporaryFolder(), 'out');
    const { skipped } = await packDataset(await openDataset(table), folder, { size: 6 });
    expect(skipped).toBe(1);
    const line = JSON.parse(readFileSync(join(folder, 'skipped.jsonl'), 'utf8'));
    expect(line).toMatchObject({ id: '3.png', reason: expect.stringMatching(/unsupported/) });
    expect((await openDataset(folder)).samples.map(({ id }) => id)).not.toContain('3.png');
  });

  it('refuses a folder that is packed already, other settings, other data, and a second packer', async () => {
    const source = await openDataset(await images(4));
    const folder = join(temporaryFolder(), 'out');
    const stop = AbortSignal.abort();
    expect((await packDataset(source, folder, { size: 6, stop })).finished).toBe(false);
    writeFileSync(join(folder, 'progress.json'), '');
    rmSync(join(folder, 'progress.json'));
    await packDataset(source, folder, { size: 6 });
    await expect(packDataset(source, folder, { size: 6 })).rejects.toThrow(/holds a packed store already/);
    const half = join(temporaryFolder(), 'half');
    const many = await openDataset(await images(130));
    const controller = new AbortController();
    const begun = await packDataset(many, half, {
      size: 6,
      stop: controller.signal,
      onProgress: () => controller.abort(),
    });
    expect(begun).toMatchObject({ finished: false, done: 64 });
    await expect(openDataset(half)).rejects.toThrow(/Packing did not finish/);
    await expect(packDataset(many, half, { size: 7 })).rejects.toThrow(/other settings/);
    await expect(packDataset(source, half, { size: 6 })).rejects.toThrow(/other data/);
    const theirs = { ...thisHolder(), pid: process.ppid, started: null };
    writeFileSync(join(half, 'pack.lock'), JSON.stringify(theirs));
    await expect(packDataset(many, half, { size: 6 })).rejects.toThrow(/being packed by process/);
    writeFileSync(join(half, 'pack.lock'), JSON.stringify({ ...theirs, pid: 999_999_999 })); // of a process that is gone
    expect((await packDataset(many, half, { size: 6 })).finished).toBe(true);
  });

  it('killed at any moment, resumes and ends with the same bytes', async () => {
    const table = await images(400, { scale: 3 });
    const whole = join(temporaryFolder(), 'whole');
    const source = await openDataset(table);
    await packDataset(source, whole, { size: 24, shardBytes: 60_000 });
    const killed = join(temporaryFolder(), 'killed');
    const random = new Random(7);
    let kills = 0;
    for (let tries = 0; tries < 40 && !existsSync(join(killed, 'pack.json')); tries++) {
      const child = packInChild(table, killed);
      await once(child, 'message');
      const ended = once(child, 'exit');
      const timer = setTimeout(() => child.kill('SIGKILL'), kills < 4 ? 5 + random.below(40) : 60_000);
      const [, signal] = await ended;
      clearTimeout(timer);
      if (signal === 'SIGKILL') kills++;
    }
    expect(kills).toBeGreaterThanOrEqual(3);
    expect(contents(killed)).toEqual(contents(whole));
  });

  it('removes what a killed writer was filling', async () => {
    const source = await openDataset(await images(80));
    const [whole, resumed] = [join(temporaryFolder(), 'whole'), join(temporaryFolder(), 'resumed')];
    await packDataset(source, whole, { size: 6 });
    const stop = new AbortController();
    await packDataset(source, resumed, { size: 6, stop: stop.signal, onProgress: () => stop.abort() });
    const half = asideOf(join(resumed, 'progress.json')).replace(`.${process.pid}-`, '.4194304-'); // of a process that has ended
    writeFileSync(half, '{"done": 1');
    await packDataset(source, resumed, { size: 6 });
    expect(contents(resumed)).toEqual(contents(whole));
  });

  it('stopped by a full disk, says how far it is and resumes when there is room', async () => {
    const table = await images(200, { scale: 3 });
    const source = await openDataset(table);
    const full = join(temporaryFolder(), 'full');
    // A process that may write files of 200 kB at most: the shard is to have 370.
    const script = fileURLToPath(new URL('./fixtures/pack-child.mjs', import.meta.url));
    const command = `ulimit -f 200; exec "$0" "$@"`;
    const { status, stderr } = spawnSync(
      'bash',
      ['-c', command, process.execPath, script, table, full, '1000000'],
      {
        encoding: 'utf8',
      },
    );
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/no space is left for .*full \(EFBIG\); 64 of 200 images are safe/);
    await expect(openDataset(full)).rejects.toThrow(/Packing did not finish/);
    const settings = { size: 24, shardBytes: 1_000_000 };
    expect((await packDataset(source, full, settings)).finished).toBe(true);
    const straight = join(temporaryFolder(), 'straight');
    await packDataset(source, straight, settings);
    expect(contents(full)).toEqual(contents(straight));
  });

  it('killed between its last two steps, is tidied by the next call', async () => {
    const source = await openDataset(await images(10));
    const [half, whole] = [join(temporaryFolder(), 'half'), join(temporaryFolder(), 'whole')];
    await packDataset(source, half, { size: 6, stop: AbortSignal.abort() });
    let progress = '';
    await packDataset(source, half, {
      size: 6,
      onProgress: () => {
        progress = readFileSync(join(half, 'progress.json'), 'utf8');
      },
    });
    await packDataset(source, whole, { size: 6 });
    writeFileSync(join(half, 'progress.json'), progress);
    writeFileSync(join(half, 'pack.lock'), JSON.stringify({ ...thisHolder(), pid: 999_999_999 }));
    expect(await packDataset(source, half, { size: 6 })).toMatchObject({ finished: true, done: 10 });
    expect(contents(half)).toEqual(contents(whole));
  });

  it('lists rows that never became samples beside images that cannot be decoded', async () => {
    const table = await images(20);
    writeFileSync(table, `${readFileSync(table, 'utf8')}gone.png,a thing,class 1,train,shelf 1\n`);
    writeFileSync(join(table, '..', '3.png'), 'not an image');
    const folder = join(temporaryFolder(), 'out');
    const { skipped } = await packDataset(await openDataset(table), folder, { size: 6 });
    const lines = readFileSync(join(folder, 'skipped.jsonl'), 'utf8').trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).id)).toEqual([null, '3.png']);
    expect(skipped).toBe(2);
  });
});

function packInChild(table: string, folder: string): ChildProcess {
  const script = fileURLToPath(new URL('./fixtures/pack-child.mjs', import.meta.url));
  return fork(script, [table, folder], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
}

describe('reading a store', () => {
  it.each(['index.bin', 'samples.jsonl'])('refuses one whose %s is damaged', async (name) => {
    const folder = join(temporaryFolder(), 'out');
    await packDataset(await openDataset(await images(12)), folder, { size: 6 });
    const { fingerprint } = await openDataset(folder);
    const path = join(folder, name);
    const bytes = readFileSync(path);
    const place = name === 'index.bin' ? 3 * 40 + 17 : bytes.indexOf('thing 5');
    bytes[place]! ^= 1;
    writeFileSync(path, bytes);
    await expect(openDataset(folder)).rejects.toThrow(/does not match its checksum.*damaged/);
    bytes[place]! ^= 1;
    writeFileSync(path, bytes);
    expect((await openDataset(folder)).fingerprint).toBe(fingerprint);
  });

  it('has a fingerprint of its images as well: other pixels of the same size are other data', async () => {
    const table = await images(3);
    const prints = [];
    for (const color of [10, 11]) {
      put(join(table, '..', '0.png'), await solid(8, 8, [color, 0, 0]).png().toBuffer());
      const folder = join(temporaryFolder(), 'out');
      await packDataset(await openDataset(table), folder, { size: 6 });
      prints.push((await openDataset(folder)).fingerprint);
    }
    expect(prints[0]).not.toBe(prints[1]);
  });

  it('reads the squares of a store in the first format, in their proportions', async () => {
    const folder = join(temporaryFolder(), 'first');
    const shapes = [
      { channels: 3, aspect: 1.5 },
      { channels: 4, aspect: 0.5 },
    ];
    const squares = shapes.map(({ channels }, i) => new Uint8Array(4 * 4 * channels).fill(10 + i));
    const index = Buffer.alloc(2 * 32);
    let offset = 0;
    for (const [i, { channels, aspect }] of shapes.entries()) {
      index.writeUInt32LE(squares[i]!.length, 32 * i + 4);
      index.writeDoubleLE(offset, 32 * i + 8);
      index.writeFloatLE(aspect, 32 * i + 16);
      index.writeUInt32LE(crc32(squares[i]!), 32 * i + 20);
      index.writeUInt32LE(channels, 32 * i + 24);
      offset += squares[i]!.length;
    }
    const samples = ['a', 'b'].map((id) => `${JSON.stringify({ id, captions: [`thing ${id}`] })}\n`).join('');
    put(join(folder, 'shard-00000.bin'), Buffer.concat(squares));
    put(join(folder, 'index.bin'), index);
    put(join(folder, 'samples.jsonl'), samples);
    const header = {
      kind: 'xclr packed images 1',
      ...{ images: 'raw', size: 4, quality: 90, shardBytes: 1000 },
      ...{ source: { name: 'old', fingerprint: '' }, count: 2, skipped: 0, shards: 1, digest: 'old' },
      ...{ indexCrc32: crc32(index), samplesCrc32: crc32(samples) },
    };
    put(join(folder, 'pack.json'), JSON.stringify(header));
    await using read = openImages(await openDataset(folder), { size: { shorter: 9 } });
    const { images } = await read.fetch(all(2));
    expect(plainPixels({ indices: all(2), images })).toEqual(
      shapes.map((shape, i) => ({ ...shape, width: 4, height: 4, pixels: squares[i] })),
    );
    put(join(folder, 'pack.json'), JSON.stringify({ ...header, kind: 'xclr packed images 9' }));
    await expect(openDataset(folder)).rejects.toThrow(
      /kind "xclr packed images 9"[\s\S]*Pack the data again/,
    );
  });

  it('does not resume what another version began', async () => {
    const source = await openDataset(await images(4));
    const folder = join(temporaryFolder(), 'out');
    await packDataset(source, folder, { size: 6, stop: AbortSignal.abort() });
    const path = join(folder, 'progress.json');
    const { kind: _, ...earlier } = JSON.parse(readFileSync(path, 'utf8'));
    put(path, JSON.stringify(earlier));
    await expect(packDataset(source, folder, { size: 6 })).rejects.toThrow(
      /begun by another version[\s\S]*Delete the folder/,
    );
  });

  it('finds bit rot and cut shards, names the image, and replaces it by no other', async () => {
    const source = await openDataset(await images(40));
    const folder = join(temporaryFolder(), 'out');
    await packDataset(source, folder, { size: 6 });
    const shard = join(folder, 'shard-00000.bin');
    const bytes = readFileSync(shard);
    const { part } = (await openDataset(folder)).samples[5]!.image;
    bytes[part!.offset + 17]! ^= 1;
    writeFileSync(shard, bytes);
    truncateSync(shard, bytes.length - 1);
    const packed = await openDataset(folder);
    expect(packed.problems.map(({ reason }) => reason)).toContain('1 bytes are missing at its end');
    await using read = openImages(packed, { size: { shorter: 6 } });
    const { indices } = await read.fetch(all(40));
    expect([...indices]).toEqual([...all(40)].filter((i) => i !== 5 && i !== 39));
    expect(read.failures.map(({ where, reason }) => `${where}: ${reason}`)).toEqual([
      expect.stringMatching(/^5\.png: its bytes do not match their checksum/),
      expect.stringMatching(/^39\.png: the file ends 1 bytes before/),
    ]);
    await using decoded = new ImageStore(packed, { size: 6, workers: 1 });
    expect((await decoded.fetch(all(40))).indices).toHaveLength(38);
  });

  it('gives the same batches as decoding, in the order of the seed', async () => {
    const source = await openDataset(await images(24, { alpha: true }));
    const folder = join(temporaryFolder(), 'out');
    await packDataset(source, folder, { size: 6 });
    await using read = openImages(await openDataset(folder), { size: { shorter: 6 } });
    await using decoded = new ImageStore(source, { size: { shorter: 6 } });
    const order = async (store: typeof decoded | typeof read) => {
      const loader = new Loader(store, { indices: all(24), batchSize: 8, seed: 5 });
      const seen: number[] = [];
      for await (const { indices } of loader.epoch({ epoch: 3 })) seen.push(...indices);
      return seen;
    };
    expect(await order(read)).toEqual(await order(decoded));
  });
});

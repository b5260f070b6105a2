// Shards on servers: what is read, servers that fail in every way, the cache's limit, several processes, S3, bad input.

import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { ImageStore } from '../../src/data/images.js';
import { Loader } from '../../src/data/loader.js';
import { openDataset } from '../../src/data/open.js';
import { orderOf } from '../../src/data/orders.js';
import { isRemote, shardsInList, shardsOf } from '../../src/data/remote/address.js';
import { fetchImage } from '../../src/data/remote/hold.js';
import { ShardCache } from '../../src/data/remote/shard-cache.js';
import type { Dataset, RemoteOptions } from '../../src/data/types.js';
import type { TrainConfig } from '../../src/train/config.js';
import { bytesOf } from '../../src/train/dataset-options.js';
import { checkShardCache } from '../../src/train/shard-cache.js';
import { UserError } from '../../src/util/errors.js';
import { begin, cut, serve, startOf, TestServer } from './get/server.js';
import { put, solid, temporaryFolder } from './make.js';
import { tarBytes } from './tar.js';

const shardCount = 4;
const each = 6;
const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true }));
const bodies: Buffer[] = [];

beforeAll(async () => {
  for (let shard = 0; shard < shardCount; shard++) {
    const members: [string, string | Buffer][] = [];
    for (let i = 0; i < each; i++) {
      const number = shard * each + i;
      const png = await solid(6, 4, [number, 255 - number, 9])
        .png()
        .toBuffer();
      members.push(
        [`${String(number).padStart(4, '0')}.png`, png],
        [`${String(number).padStart(4, '0')}.txt`, `image ${number}`],
      );
    }
    bodies.push(await tarBytes(members));
    put(join(folder, `train-${shard}.tar`), bodies[shard]!);
  }
});

/** The shard that a request asks for; another name is not found. */
function bodyOf(request: IncomingMessage, response: ServerResponse): Buffer | undefined {
  const number = Number(/train-(\d+)\.tar/.exec(request.url ?? '')?.[1] ?? -1);
  const body = bodies[number];
  if (body === undefined) response.writeHead(404).end();
  return body;
}

/** Serves the shards; `fault` may answer instead, by how often the shard was asked for. */
function shards(
  fault: (body: Buffer, request: IncomingMessage, response: ServerResponse, times: number) => boolean = () =>
    false,
) {
  const times = new Map<string, number>();
  return TestServer.start((request, response) => {
    const body = bodyOf(request, response);
    if (body === undefined) return;
    const now = (times.get(request.url!) ?? 0) + 1;
    times.set(request.url!, now);
    if (!fault(body, request, response, now)) serve(body, request, response);
  });
}

const notices: string[] = [];
const quick = (more: RemoteOptions = {}): RemoteOptions => ({
  folder: temporaryFolder(),
  retries: 3,
  backOff: 0.001,
  stallSeconds: 30,
  onNotice: (message) => notices.push(message),
  onProgress: () => undefined,
  ...more,
});
afterEach(() => notices.splice(0));

const pattern = (server: TestServer) => server.url('train-{0..3}.tar');
const open = (path: string, remote: RemoteOptions) => openDataset(path, { remote });
const pixelsOf = async (dataset: Dataset, index: number) =>
  Buffer.from((await fetchImage(dataset.samples[index]!.image)).bytes);

describe('shards on a web server', () => {
  it('are the same data as the same shards in a folder', async () => {
    await using server = await shards();
    const done: string[] = [];
    const remote = await open(pattern(server), quick({ onProgress: (n, all) => done.push(`${n}/${all}`) }));
    const local = await openDataset(folder);
    expect(remote.fingerprint).toBe(local.fingerprint);
    expect(remote.source).toBe(local.source);
    expect(done).toEqual(['1/4', '2/4', '3/4', '4/4']);
    for (const index of [0, 23]) expect(await pixelsOf(remote, index)).toEqual(await pixelsOf(local, index));
    expect(server.asked.length).toBe(4);
  });

  it('are listed once: afterwards no server is asked, and a lost index is made from what is here', async () => {
    const remote = quick();
    const server = await shards();
    const path = pattern(server);
    const first = await open(path, remote);
    await server[Symbol.asyncDispose]();
    expect((await open(path, remote)).fingerprint).toBe(first.fingerprint);
    for (const name of readdirSync(remote.folder!))
      if (name.endsWith('.index')) rmSync(join(remote.folder!, name));
    expect((await open(path, remote)).fingerprint).toBe(first.fingerprint);
  });

  it('come through cut connections, refusals for now and slow bytes, by going on where they stopped', async () => {
    await using server = await shards((body, request, response, times) => {
      const shard = /train-(\d)/.exec(request.url!)![1];
      if (shard === '0' && times < 3) cut(body, startOf(request), 1000, response);
      else if (shard === '1' && times < 3) response.writeHead(503).end();
      else if (shard === '2' && times === 1) response.destroy();
      else if (shard === '3') {
        begin(body, startOf(request), response);
        for (let at = startOf(request); at < body.length; at += 4096)
          response.write(body.subarray(at, at + 4096));
        setTimeout(() => response.end(), 50);
      } else return false;
      return true;
    });
    const remote = await open(pattern(server), quick());
    expect(remote.fingerprint).toBe((await openDataset(folder)).fingerprint);
    expect(server.asked.some(({ range }) => range === 'bytes=1000-')).toBe(true);
    expect(notices.join('\n')).toMatch(/train-1\.tar: the server answers 503; trying again in/);
  });

  it('begin anew where a server gives another range, or another version in the middle', async () => {
    await using server = await shards((body, request, response, times) => {
      const shard = /train-(\d)/.exec(request.url!)![1];
      if (times === 1) cut(body, 0, 1000, response);
      else if (shard === '0' && times === 2) {
        response.writeHead(206, {
          etag: '"v1"',
          'content-range': `bytes 500-${body.length - 1}/${body.length}`,
        });
        response.end(body.subarray(500));
      } else if (shard === '1') {
        const start = startOf(request); // takes no notice of If-Range
        response.writeHead(start > 0 ? 206 : 200, {
          etag: '"v2"',
          'content-length': body.length - start,
          ...(start > 0 && { 'content-range': `bytes ${start}-${body.length - 1}/${body.length}` }),
        });
        response.end(body.subarray(start));
      } else return false;
      return true;
    });
    expect((await open(pattern(server), quick())).fingerprint).toBe((await openDataset(folder)).fingerprint);
    expect(notices.join('\n')).toContain('changed on the server meanwhile');
  });

  it('follow redirects, and are listed in a text, or in an index of WebDataset', async () => {
    await using server = await TestServer.start((request, response) => {
      const { url = '' } = request;
      if (url.startsWith('/moved/'))
        response.writeHead(302, { location: url.replace('/moved/', '/there/') }).end();
      else if (url === '/list.txt')
        response.end('# shards\nmoved/train-{0..1}.tar\n\nmoved/train-2.tar\nmoved/train-3.tar\n');
      else if (url === '/index.json')
        response.end(
          JSON.stringify({
            shardlist: [0, 1, 2, 3].map((i) => ({ url: `moved/train-${i}.tar`, nsamples: each })),
          }),
        );
      else serve(bodyOf(request, response)!, request, response);
    });
    const local = (await openDataset(folder)).fingerprint;
    for (const list of ['list.txt', 'index.json'])
      expect((await open(server.url(list), quick())).fingerprint).toBe(local);
  });

  it('of another version are refused once they are known, and never mixed', async () => {
    let version = '"v1"';
    await using server = await shards((body, request, response) => {
      const start = request.headers['if-range'] === version ? startOf(request) : 0;
      response.writeHead(200, { etag: version, 'content-length': body.length - start });
      response.end(body.subarray(start));
      return true;
    });
    const remote = quick();
    const dataset = await open(pattern(server), remote);
    version = '"v2"';
    expect(await pixelsOf(dataset, 0)).toHaveLength(statSizeOf(dataset, 0)); // here, so not asked for
    for (const name of readdirSync(remote.folder!))
      if (name.endsWith('.tar')) rmSync(join(remote.folder!, name));
    const again = await open(pattern(server), remote);
    await expect(pixelsOf(again, 0)).rejects.toThrow(
      /train-0\.tar changed on the server: expected \d+ bytes, "v1", got \d+ bytes, "v2"\n.*not mixed/s,
    );
  });

  it.each([
    [
      '404',
      (response: ServerResponse) => response.writeHead(404).end(),
      /has no such file \(404\).*\n.*how many digits/,
    ],
    [
      '403',
      (response: ServerResponse) => response.writeHead(403).end(),
      /refuses \(403\).*\n.*XCLR_DATA_AUTHORIZATION/,
    ],
    [
      '500',
      (response: ServerResponse) => response.writeHead(500).end(),
      /answers 500 \(tried 4 times\)\n.*resumes/,
    ],
    [
      'a body that is cut',
      (response: ServerResponse) => {
        response.writeHead(200, { 'content-length': 5000 });
        response.write('x', () => setTimeout(() => response.destroy(), 5));
      },
      /tried \d+ times/,
    ],
  ])('are an error that says what to do where the server answers %s for ever', async (_, answer, message) => {
    await using server = await TestServer.start((_request, response) => void answer(response));
    const error = await open(server.url('train-0.tar'), quick()).catch((one: unknown) => one);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toMatch(message);
  });

  it('sign in as the environment says, and hide nothing in the address', async () => {
    const seen: (string | undefined)[] = [];
    await using server = await TestServer.start((request, response) => {
      seen.push(request.headers.authorization);
      serve(bodies[0]!, request, response);
    });
    vi.stubEnv('XCLR_DATA_AUTHORIZATION', 'Bearer secret');
    try {
      await open(server.url('train-0.tar'), quick());
    } finally {
      vi.unstubAllEnvs();
    }
    expect(seen).toEqual(['Bearer secret']);
  });
});

function statSizeOf(dataset: Dataset, index: number): number {
  return dataset.samples[index]!.image.part!.length;
}

describe('the cache', () => {
  const bytesHere = (at: string) =>
    readdirSync(at)
      .filter((name) => name.endsWith('.tar'))
      .reduce((sum, name) => sum + statSync(join(at, name)).size, 0);

  it('stays within its limit, and fetches again what it gave up; an epoch resumes in its middle, bit for bit', async () => {
    await using server = await shards();
    const size = Math.max(...bodies.map(({ length }) => length));
    const remote = quick({ bytes: 2 * size });
    const dataset = await open(pattern(server), remote);
    expect(bytesHere(remote.folder!)).toBeLessThanOrEqual(2 * size);
    expect(dataset.shards).toMatchObject({ count: 4, cacheBytes: 2 * size, samplesEach: each });
    const all = Int32Array.from(dataset.samples, (_, i) => i);
    const epochFrom = async (batch: number) => {
      await using store = new ImageStore(dataset, { size: { shorter: 4 }, cacheBytes: 0, workers: 1 });
      const order = orderOf(dataset, all, { sampler: 'stream', seed: 1, buffer: 4 });
      const loader = new Loader(store, { indices: all, batchSize: 4, order });
      const seen: [number, number][] = [];
      for await (const { indices, images } of loader.epoch({ epoch: 0, batch }))
        indices.forEach((index, i) => void seen.push([index, images[i]!.pixels[0]!]));
      expect(store.failures).toEqual([]);
      return seen;
    };
    const whole = await epochFrom(0);
    expect(whole.map(([index]) => index).toSorted((a, b) => a - b)).toEqual([...all]);
    for (const [index, red] of whole) expect(red).toBe(index); // each is its own image
    expect(bytesHere(remote.folder!)).toBeLessThanOrEqual(2 * size);
    expect(await epochFrom(3)).toEqual(whole.slice(12));
  });

  it('is beyond its limit only while shards are read that do not fit', async () => {
    await using server = await shards();
    const size = Math.max(...bodies.map(({ length }) => length));
    const remote = quick({ bytes: 2 * size });
    const cache = new ShardCache(remote);
    const held = [];
    for (const i of [0, 1, 2]) held.push(await cache.hold(cache.pathOf(server.url(`train-${i}.tar`))));
    expect(bytesHere(remote.folder!)).toBe(3 * size); // what is read stays
    held.pop()![Symbol.dispose]();
    expect(bytesHere(remote.folder!)).toBe(2 * size);
    for (const one of held) one[Symbol.dispose]();
    expect(bytesHere(remote.folder!)).toBe(2 * size); // what fits stays
  });

  it('is shared: another one that reads the same shards asks for nothing, and one that removes them harms nobody', async () => {
    await using server = await shards();
    const remote = quick();
    const [one, other] = await Promise.all([open(pattern(server), remote), open(pattern(server), remote)]);
    expect(one.fingerprint).toBe(other.fingerprint);
    expect(server.asked.length).toBe(4);
    const { path } = one.samples[0]!.image;
    await pixelsOf(one, 0);
    rmSync(path); // as another process does to make room
    expect(await pixelsOf(one, 0)).toHaveLength(statSizeOf(one, 0));
    expect(existsSync(path)).toBe(true);
  });

  it('goes on with what a killed process left, and takes no half shard for a whole one', async () => {
    await using server = await shards();
    const remote = quick({ retries: 0 });
    {
      await using failing = await shards((body, request, response) => {
        cut(body, startOf(request), 1500, response);
        return true;
      });
      await expect(open(failing.url('train-0.tar'), remote)).rejects.toThrow(UserError);
    }
    const parts = readdirSync(remote.folder!).filter((name) => name.endsWith('.part'));
    expect(parts).toHaveLength(1);
    // The same file at the address of the server that works.
    const whole = await open(server.url('train-0.tar'), remote);
    const at = whole.samples[0]!.image.path;
    rmSync(at);
    rmSync(`${at}.json`);
    for (const name of readdirSync(remote.folder!))
      if (name.endsWith('.index')) rmSync(join(remote.folder!, name));
    writeFileSync(`${at}.part`, bodies[0]!.subarray(0, 1500));
    writeFileSync(
      `${at}.part.json`,
      JSON.stringify({
        url: server.url('train-0.tar'),
        etag: '"v1"',
        lastModified: null,
        total: bodies[0]!.length,
      }),
    );
    await open(server.url('train-0.tar'), remote);
    expect(server.asked.at(-1)!.range).toBe('bytes=1500-');
    expect(readFileSync(at)).toEqual(bodies[0]);
  });

  it('that is smaller than a shard is refused', async () => {
    await using server = await shards();
    await expect(open(pattern(server), quick({ bytes: 100 }))).rejects.toThrow(
      /more than the cache may have \(100\)\n.*--cache-size/,
    );
  });

  it('that is smaller than the data wants the stream sampler, and room for the shards that it reads at a time', () => {
    const shards = { count: 100, bytes: 1e11, largest: 1e9, cacheBytes: 1e10, samplesEach: 5000 };
    const check = (more: object, processes = 1) => {
      const said: string[] = [];
      const config = { sampler: 'stream', buffer: 10_000, interleave: 1, ...more } as TrainConfig;
      checkShardCache({ shards } as Dataset, config, {
        processes,
        onNotice: (message) => said.push(message),
      });
      return said;
    };
    expect(check({})).toEqual([]); // 2 + 10,000 / 5,000 = 4 shards of the 10 that fit
    expect(() => check({ sampler: 'shuffle' })).toThrow(
      /the shards have 100 GB, the cache 10.0 GB.*\n.*--sampler stream/,
    );
    expect(() => check({ interleave: 8 })).toThrow(
      /reads 24 shards at a time.*24.0 GB.*\n.*smaller --buffer/,
    ); // 8 · (2 + ⌈1250 / 5000⌉)
    expect(check({ interleave: 2 }, 2)).toEqual([]);
    expect(check({ interleave: 1 }, 2)).toEqual([
      expect.stringContaining('with --interleave 2 each reads its own'),
    ]);
    expect(bytesOf('50GB')).toBe(50e9);
    expect(bytesOf('1.5 MiB')).toBe(1.5 * 2 ** 20);
    expect(bytesOf('auto')).toBeUndefined();
  });
});

describe('addresses', () => {
  it('are told from paths, expanded, and read from lists', () => {
    expect([isRemote('https://a/b.tar'), isRemote('s3://a/b.tar'), isRemote('data/https')]).toEqual([
      true,
      true,
      false,
    ]);
    expect(shardsOf('https://h/a-{08..10}.tar')).toEqual(
      ['08', '09', '10'].map((n) => `https://h/a-${n}.tar`),
    );
    expect(shardsInList('b-{0..1}.tar\ns3://x/c.tar\n', 'https://h/d/list.txt')).toEqual([
      'https://h/d/b-0.tar',
      'https://h/d/b-1.tar',
      's3://x/c.tar',
    ]);
    expect(shardsInList('["a.tar"]', 'https://h/i.json')).toEqual(['https://h/a.tar']);
  });

  it.each([
    [() => shardsOf('https://h/a.zip'), /is no tar shard\n.*shard-\{000/],
    [() => shardsOf('https://h/a.tar.gz'), /is gzipped.*\n.*Unpack/],
    [
      () => shardsOf('https://me:pass@h/a.tar'),
      /the address of h holds a password.*\n.*XCLR_DATA_AUTHORIZATION/,
    ],
    [() => shardsOf('https://h/a-{3..1}.tar'), /ascending range/],
    [() => shardsOf('https://h/{a,a}.tar'), /names https:\/\/h\/a\.tar twice/],
    [() => shardsOf('https://h:99999/a.tar'), /no valid address/],
    [() => shardsInList('\n# none\n', 'https://h/l.txt'), /names no shard/],
    [() => shardsInList('{', 'https://h/i.json'), /is not JSON/],
    [() => shardsInList('{"a":1}', 'https://h/i.json'), /has no list of shards/],
    [() => shardsInList('[{"nsamples":1}]', 'https://h/i.json'), /shard 0 of the list has no address/],
  ])('that cannot be are refused: %#', (make, message) => {
    expect(make).toThrow(message);
    expect(make).toThrow(UserError);
  });
});

describe('a store that speaks S3', () => {
  /** As much of S3 as reading needs; signatures are not checked. */
  const bucket = () => {
    let asked = 0;
    return TestServer.start((request, response) => {
      const url = new URL(request.url!, 'http://x');
      if (url.searchParams.get('list-type') === '2') {
        const contents = [3, 0, 1, 2].map(
          (i) => `<Contents><Key>set/train-${i}.tar</Key><Size>1</Size></Contents>`,
        );
        response.setHeader('content-type', 'application/xml');
        response.end(
          `<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated>${contents.join('')}<Contents><Key>set/readme.md</Key></Contents></ListBucketResult>`,
        );
        return;
      }
      const number = /^\/bucket\/set\/train-(\d)\.tar$/.exec(url.pathname)?.[1];
      const body = number === undefined ? undefined : bodies[Number(number)];
      if (body === undefined) {
        response.writeHead(404, { 'content-type': 'application/xml' });
        response.end('<Error><Code>NoSuchKey</Code><Message>none</Message></Error>');
        return;
      }
      asked++;
      if (asked === 1) cut(body, 0, 1000, response);
      else if (asked === 2) response.writeHead(500).end();
      else {
        const start = startOf(request);
        begin(body, start, response);
        response.end(body.subarray(start));
      }
    });
  };
  const withStore = async (server: TestServer, work: () => Promise<void>) => {
    vi.stubEnv('AWS_ENDPOINT_URL_S3', server.url('').replace(/\/$/, ''));
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'key');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    vi.resetModules();
    try {
      await work();
    } finally {
      vi.unstubAllEnvs();
    }
  };

  it('gives the same data, through a cut and a 500, by pattern and by folder; a missing file is an error', async () => {
    await using server = await bucket();
    const local = (await openDataset(folder)).fingerprint;
    await withStore(server, async () => {
      const fresh = await import('../../src/data/open.js');
      const opened = await fresh.openDataset('s3://bucket/set/train-{0..3}.tar', { remote: quick() });
      expect(opened.fingerprint).toBe(local);
      expect(server.asked.some(({ range }) => range === 'bytes=1000-')).toBe(true);
      expect((await fresh.openDataset('s3://bucket/set/', { remote: quick() })).fingerprint).toBe(local);
      await expect(fresh.openDataset('s3://bucket/set/train-9.tar', { remote: quick() })).rejects.toThrow(
        /bucket has no such file \(404\): s3:\/\/bucket\/set\/train-9\.tar/,
      );
    });
  });
});

// Whole sets: downloaded, unpacked, put in their place at once; and what the registry says of the public ones.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { getSet } from '../../../src/data/get/get.js';
import { findSet, publicSets } from '../../../src/data/get/registry.js';
import type { PublicSet, RemoteFile, Unpack } from '../../../src/data/get/types.js';
import { openDataset } from '../../../src/data/open.js';
import { put, temporaryFolder } from '../make.js';
import { tgz, zip } from './archives.js';
import { cut, type Handler, serve, startOf, TestServer } from './server.js';

const image = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
  .jpeg()
  .toBuffer();
const labels = Buffer.from([0, 0, 8, 1, 0, 0, 0, 2, 5, 3]);
const files: Readonly<Record<string, Buffer>> = {
  'images.tgz': await tgz([
    { name: 'set/cat/1.jpg', body: image },
    { name: 'set/dog/1.jpg', body: image },
  ]),
  'labels.gz': gzipSync(labels),
  'nested.zip': zip([
    { name: 'inner/more.tar.gz', body: await tgz([{ name: 'more/2.jpg', body: image }]), method: 0 },
  ]),
};

const server: Handler = (request, response) => serve(files[basename(request.url ?? '')]!, request, response);

function remote(at: TestServer, name: string, unpack: Unpack, more: Partial<RemoteFile> = {}): RemoteFile {
  const hex = createHash('sha256').update(files[name]!).digest('hex');
  const checksum = { algorithm: 'sha256', hex, source: 'this test' } as const;
  return { url: at.url(name), bytes: files[name]!.length, checksum, unpack, ...more };
}

function setOf(list: readonly RemoteFile[]): PublicSet {
  return {
    name: 'test-set',
    title: 'Test set',
    about: 'red squares',
    images: 2,
    license: { terms: 'none', url: 'https://example.org' },
    citation: 'nobody',
    files: list,
    open: 'set',
  };
}

const quick = { backOff: 0.01, retries: 1, connectSeconds: 60, stallSeconds: 60 };

describe('getSet', () => {
  it('downloads, unpacks and opens; does nothing a second time', async () => {
    await using at = await TestServer.start(server);
    const folder = join(temporaryFolder(), 'deep', 'set');
    const set = setOf([
      remote(at, 'images.tgz', 'tar'),
      remote(at, 'labels.gz', 'gzip', { into: 'extra' }),
      remote(at, 'nested.zip', 'zip', { inner: { path: 'inner/more.tar.gz', unpack: 'tar' } }),
    ]);
    const heard = new Set<string>();
    const { path, fetched } = await getSet(set, folder, {
      ...quick,
      onProgress: (what, file) => heard.add(`${what} ${file}`),
    });
    expect(fetched).toBe(true);
    expect((await openDataset(path)).samples.map(({ label }) => label)).toEqual(['cat', 'dog']);
    expect(readFileSync(join(folder, 'extra/labels')).equals(labels)).toBe(true);
    expect(readdirSync(join(folder, 'inner'))).toEqual(['more']);
    expect(heard).toContain('downloading images.tgz');
    expect(heard).toContain('unpacking nested.zip');
    expect(readdirSync(join(folder, '..'))).toEqual(['set']);
    expect(JSON.parse(readFileSync(join(folder, '.xclr-set.json'), 'utf8'))).toMatchObject({
      name: 'test-set',
    });
    const asked = at.asked.length;
    expect(await getSet(set, folder, quick)).toEqual({ path, fetched: false });
    expect(at.asked).toHaveLength(asked);
  });

  it('appears complete or not at all, and resumes from what is here', async () => {
    let broken = true;
    await using at = await TestServer.start((request, response) => {
      const name = basename(request.url ?? '');
      if (name === 'labels.gz' && broken) cut(files[name]!, startOf(request), 3, response);
      else server(request, response, 0);
    });
    const folder = join(temporaryFolder(), 'set');
    const set = setOf([remote(at, 'images.tgz', 'tar'), remote(at, 'labels.gz', 'gzip')]);
    await expect(getSet(set, folder, { ...quick, retries: 0 })).rejects.toThrow(
      /labels\.gz could not be downloaded/,
    );
    expect(existsSync(folder)).toBe(false);
    put(join(`${folder}.download`, 'unpacked', 'left-over'), 'of an unpacking that was killed');
    broken = false;
    await getSet(set, folder, quick);
    expect(at.asked.filter(({ url }) => url === '/images.tgz')).toHaveLength(1);
    expect(readdirSync(folder).sort()).toEqual(['.xclr-set.json', 'labels', 'set']);
  });

  it('takes a mirror', async () => {
    await using at = await TestServer.start(server);
    const set = setOf([{ ...remote(at, 'images.tgz', 'tar'), url: 'http://127.0.0.1:9/there/images.tgz' }]);
    const folder = join(temporaryFolder(), 'set');
    await getSet(set, folder, { ...quick, mirror: at.url('sets') });
    expect(at.asked[0]!.url).toBe('/sets/images.tgz');
    expect(existsSync(join(folder, 'set/cat/1.jpg'))).toBe(true);
  });

  it("touches neither another set nor the user's own folder", async () => {
    await using at = await TestServer.start(server);
    const set = setOf([remote(at, 'images.tgz', 'tar')]);
    const own = temporaryFolder();
    put(join(own, 'thesis.txt'), 'mine');
    await expect(getSet(set, own, quick)).rejects.toThrow(/is not empty, and was not filled by xclr/);
    expect(readdirSync(own)).toEqual(['thesis.txt']);
    const empty = temporaryFolder();
    mkdirSync(empty, { recursive: true });
    await getSet(set, empty, quick);
    await expect(getSet({ ...set, name: 'other' }, empty, quick)).rejects.toThrow(
      /holds another set, test-set/,
    );
  });

  it('refuses before the first byte where there is no room', async () => {
    await using at = await TestServer.start(server);
    const set = setOf([remote(at, 'images.tgz', 'tar', { bytes: 1e18 })]);
    await expect(getSet(set, join(temporaryFolder(), 'set'), quick)).rejects.toThrow(
      /needs about 2100000000\.0 GB/,
    );
    expect(at.asked).toEqual([]);
  });

  it('tells how to get what must be asked for', async () => {
    await expect(getSet(findSet('flickr8k'), join(temporaryFolder(), 'f'))).rejects.toThrow(
      /without asking its authors[\s\S]*fill in a form/,
    );
  });
});

describe('publicSets', () => {
  it('says of each its license, citation, and files or how to ask', () => {
    expect(new Set(publicSets.map(({ name }) => name)).size).toBe(publicSets.length);
    for (const set of publicSets) {
      expect(set.license.terms, set.name).not.toBe('');
      expect(set.license.url, set.name).toMatch(/^https:\/\//);
      expect(set.citation, set.name).toMatch(/\d{4}/);
      expect(set.files.length > 0 || set.howTo !== undefined, set.name).toBe(true);
      for (const { url, bytes, checksum } of set.files) {
        expect(new URL(url).protocol, url).toMatch(/^https?:$/);
        if (bytes !== null) expect(Number.isInteger(bytes) && bytes > 0, url).toBe(true);
        if (checksum !== null) expect(checksum.hex, url).toHaveLength(checksum.algorithm === 'md5' ? 32 : 64);
        if (checksum !== null) expect(checksum.hex, url).toMatch(/^[0-9a-f]+$/);
      }
    }
  });

  it('suggests the nearest name', () => {
    expect(findSet('CIFAR10').name).toBe('cifar10');
    expect(() => findSet('cifar-10')).toThrow(/Did you mean cifar10/);
    expect(() => findSet('zzz')).toThrow(/--list/);
  });
});

// The server over real HTTP: every route through the typed client, every limit, and how it stops.
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it, vi } from 'vitest';
import type { ImageEncoder } from '../../src/deploy/encoder/index.js';
import { FolderIndex, Space } from '../../src/deploy/search/index.js';
import { Batcher, listen, ServerError, XclrClient } from '../../src/deploy/serve/index.js';
import { put } from '../data/make.js';
import { colorEncoder, colorRow, temporaryFolder } from './make.js';
import { colors, imageOf, indexOf, log, open, start } from './serving.js';

/** An encoder that gives nothing before `release` is called; it tells how many images came together. */
function heldEncoder(batches: number[] = []): {
  encoder: ImageEncoder;
  release: () => void;
  prepared: () => number;
} {
  const { preparation: _, ...encoder } = colorEncoder(); // prepared in this process, where it can be counted
  let prepared = 0;
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  return {
    release,
    prepared: () => prepared,
    encoder: {
      ...encoder,
      async prepare(image, options) {
        const made = await encoder.prepare(image, options);
        prepared++;
        return made;
      },
      async embed(images) {
        batches.push(images.length);
        await released;
        return encoder.embed(images);
      },
    },
  };
}

/** Waits until the server works on so many requests. */
const untilActive = (url: string, count: number): Promise<unknown> =>
  vi.waitUntil(
    async () => (await (await fetch(`${url}/metrics`)).text()).includes(`\nxclr_requests_active ${count}\n`),
    { timeout: 60_000, interval: 10 },
  );

const refused = async (work: Promise<unknown>): Promise<ServerError> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ServerError);
  return error as ServerError;
};

describe('routes, through the client', () => {
  it('embeds', async () => {
    const { client } = await start();
    const { vector, encoder } = await client.embed(await imageOf(colors.red));
    expect(encoder).toMatchObject({ name: 'colors', dimensions: 4 });
    colorRow(colors.red).forEach((value, j) => {
      expect(vector[j]).toBeCloseTo(value, 5);
    });
  });

  it('searches by image, by id, with filters and variety', async () => {
    const { client } = await start();
    const ids = ({ matches }: { matches: readonly { id: string }[] }) => matches.map(({ id }) => id);
    expect(ids(await client.searchImage(await imageOf([250, 10, 0]), { k: 2 }))).toEqual(['red', 'orange']);
    expect(ids(await client.searchImage(await imageOf([250, 10, 0]), { k: 1, filter: 'warm=no' }))).toEqual([
      'sky',
    ]);
    expect(ids(await client.searchId('red', { k: 1 }))).toEqual(['orange']);
    expect(ids(await client.recommend('blue', { k: 3 }))).toHaveLength(3);
  });

  it('adds, shows, replaces and removes items', async () => {
    const { client } = await start();
    const added = await client.put('green', await imageOf([0, 255, 0]), {
      captions: ['a green thing', 'grass'],
      columns: { warm: 'no' },
    });
    expect(added).toEqual({ id: 'green', items: 5 });
    expect(await client.item('green')).toEqual({
      id: 'green',
      captions: ['a green thing', 'grass'],
      columns: { warm: 'no' },
    });
    const { matches } = await client.searchImage(await imageOf([0, 250, 0]), { k: 1 });
    expect(matches[0]).toMatchObject({ id: 'green' });
    expect(await client.put('green', await imageOf([1, 2, 3]))).toEqual({ id: 'green', items: 5 });
    expect(await client.remove('green')).toEqual({ id: 'green', items: 4 });
    expect((await refused(client.item('green'))).status).toBe(404);
  });

  it('gives small images of items that have a file, and says which have none', async () => {
    const folder = temporaryFolder();
    const encoder = colorEncoder();
    const good = put(join(folder, 'good.png'), await imageOf(colors.red, 400));
    const bad = put(join(folder, 'bad.png'), 'no image');
    const index = await FolderIndex.build(join(folder, 'index'), {
      encoder,
      items: [good, bad, null].map((path, i) => ({
        id: `a/${i}`,
        captions: [],
        image: path === null ? null : { path },
        columns: {},
      })),
      vectors: Float32Array.from([0, 1, 2].flatMap(() => colorRow(colors.red))),
      space: new Space(4, null),
      textMap: null,
    });
    open.push(index);
    const server = await listen({ encoder, index, log }, { port: 0, token: 'secret' });
    open.push({ [Symbol.asyncDispose]: () => server.close() });
    const client = new XclrClient(server.url, { token: 'secret', retries: 0 });
    const { data, info } = await sharp(await (await client.thumbnail('a/0')).arrayBuffer())
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([320, 320]);
    expect(data[0]).toBeGreaterThan(240); // red; WebP loses a little
    for (const id of ['a/1', 'a/2', 'a/3']) expect((await refused(client.thumbnail(id))).status).toBe(404);
    expect((await fetch(`${server.url}/items/${encodeURIComponent('a/0')}/thumbnail`)).status).toBe(401);
    const { matches } = await client.searchImage(await imageOf(colors.red), { k: 3 });
    expect(matches.map(({ id, image }) => [id, image])).toEqual([
      ['a/0', true],
      ['a/1', true],
      ['a/2', false],
    ]);
    expect(await (await fetch(`${server.url}/page/serve-page.js`)).text()).toContain('thumbnail');
    expect((await fetch(`${server.url}/page/app.js`)).status).toBe(404);
  });

  it('takes ids as names only, never as paths', async () => {
    const { client } = await start();
    const id = '../../etc/passwd';
    await client.put(id, await imageOf(colors.red));
    expect(await client.item(id)).toMatchObject({ id });
    await client.remove(id);
  });

  it('tells its health, its document, its metrics, and shows a page', async () => {
    const { client, url } = await start();
    expect(await client.health()).toMatchObject({
      status: 'ok',
      index: { items: 4, search: 'exact', text: false },
    });
    await client.embed(await imageOf(colors.red));
    const document = (await (await fetch(`${url}/openapi.json`)).json()) as {
      openapi: string;
      paths: Record<string, unknown>;
    };
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual([
      '/embed',
      '/search',
      '/recommend',
      '/items/{id}',
      '/items/{id}/thumbnail',
      '/item',
      '/item/thumbnail',
      '/health',
      '/metrics',
    ]);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain('xclr_requests_total{route="POST /embed",status="200"} 1');
    expect(metrics).toContain('xclr_index_items 4');
    expect(await (await fetch(url)).text()).toContain('<title>xclr serve</title>');
  });

  it('embeds without an index, and says that there is nothing to search', async () => {
    const { client } = await start({ indexed: false });
    expect((await client.embed(await imageOf(colors.red))).vector).toHaveLength(4);
    const error = await refused(client.searchId('red'));
    expect([error.status, error.message]).toEqual([404, expect.stringMatching(/no index/)]);
  });

  it('refuses an index of another encoder, naming both', async () => {
    const index = await indexOf(colorEncoder('colors'));
    await expect(listen({ encoder: colorEncoder('others'), index, log }, { port: 0 })).rejects.toThrow(
      /colors .*, not with others/,
    );
  });
});

describe('bad requests get an answer that says what to do', () => {
  const post = (url: string, body: string | Uint8Array<ArrayBuffer>, type?: string) =>
    fetch(url, { method: 'POST', body, ...(type !== undefined && { headers: { 'content-type': type } }) });
  const said = async (answer: Response) =>
    [answer.status, ((await answer.json()) as { error: string }).error] as const;

  it('what is no image, is cut off, or too large', async () => {
    const { url } = await start({ maxPixels: 1000, maxBodyBytes: 40_000 });
    const image = await imageOf(colors.red, 20);
    const embed = `${url}/embed`;
    expect(await said(await post(embed, 'hello', 'image/png'))).toEqual([
      415,
      expect.stringMatching(/cannot be read/),
    ]);
    expect((await post(embed, image.subarray(0, image.length - 20), 'image/png')).status).toBe(400);
    expect((await post(embed, new Uint8Array(0), 'image/png')).status).toBe(400);
    expect(await said(await post(embed, await imageOf(colors.red, 200), 'image/png'))).toEqual([
      400,
      expect.stringMatching(/pixel/),
    ]);
    expect(await said(await post(embed, new Uint8Array(50_000), 'image/png'))).toEqual([
      413,
      expect.stringMatching(/larger than/),
    ]);
    expect(await said(await post(embed, image, 'text/plain'))).toEqual([
      415,
      expect.stringMatching(/got text\/plain/),
    ]);
    expect((await post(embed, image, 'image/png')).status).toBe(200);
  });

  it('reads CMYK, and the first image of an animation', async () => {
    const { client } = await start();
    const cmyk = await sharp(await imageOf([255, 0, 0]))
      .toColorspace('cmyk')
      .jpeg()
      .toBuffer();
    const { vector } = await client.embed(new Uint8Array(cmyk));
    expect(vector[0]).toBeGreaterThan(vector[2]!);
    const frames = await sharp(
      [Buffer.from(await imageOf([255, 0, 0])), Buffer.from(await imageOf([0, 0, 255]))],
      {
        join: { animated: true },
      },
    )
      .gif()
      .toBuffer();
    expect((await client.embed(new Uint8Array(frames))).vector[0]).toBeGreaterThan(0.5);
  });

  it('ids that are not there, words without a map, settings that do not fit', async () => {
    const { client, url } = await start();
    expect((await refused(client.searchId('purple'))).status).toBe(404);
    expect((await refused(client.recommend('purple'))).status).toBe(404);
    expect((await refused(client.remove('purple'))).status).toBe(404);
    const text = await refused(client.searchText('blue'));
    expect([text.status, text.message, text.remedy]).toEqual([
      400,
      expect.stringMatching(/without a map from text/),
      expect.stringMatching(/--text-encoder/),
    ]);
    expect((await refused(client.searchId('red', { k: 0 }))).status).toBe(400);
    expect((await refused(client.searchId('red', { filter: 'size=1' }))).message).toMatch(/size/);
    const search = `${url}/search`;
    expect((await post(search, '{"id":', 'application/json')).status).toBe(400);
    expect((await post(search, '{"id":"red","extra":1}', 'application/json')).status).toBe(400);
    expect((await post(`${url}/nothing`, '')).status).toBe(404);
  });

  it('tokens: missing, wrong, too long; health stays open', async () => {
    const { url, client } = await start({ token: 'secret' });
    expect((await client.embed(await imageOf(colors.red))).vector).toHaveLength(4);
    for (const token of [undefined, 'wrong', 'x'.repeat(5000)]) {
      const other = new XclrClient(url, { ...(token !== undefined && { token }), retries: 0 });
      expect((await refused(other.searchId('red'))).status).toBe(401);
    }
    expect((await fetch(`${url}/metrics`)).status).toBe(401);
    expect((await fetch(`${url}/health`)).status).toBe(200);
  });

  it('answers pages of the listed origins only', async () => {
    const { url } = await start({ cors: ['https://shop.example'] });
    const allowed = async (origin: string) =>
      (await fetch(`${url}/health`, { headers: { origin } })).headers.get('access-control-allow-origin');
    expect(await allowed('https://shop.example')).toBe('https://shop.example');
    expect(await allowed('https://other.example')).toBeNull();
  });

  it('a port that is taken', async () => {
    const { url } = await start();
    const port = Number(new URL(url).port);
    await expect(listen({ encoder: colorEncoder(), index: null, log }, { port })).rejects.toThrow(
      /choose another with --port/,
    );
  });
});

describe('load', () => {
  it('puts images that wait into one batch', async () => {
    const batches: number[] = [];
    const { encoder, release, prepared } = heldEncoder(batches);
    const { client } = await start({ encoder, maxBatch: 8 });
    const image = await imageOf(colors.red);
    const asked = Array.from({ length: 20 }, () => client.embed(image));
    await vi.waitUntil(() => prepared() === 20, { timeout: 60_000, interval: 10 });
    release();
    await Promise.all(asked);
    expect(batches.reduce((sum, size) => sum + size)).toBe(20);
    expect(Math.max(...batches)).toBeGreaterThanOrEqual(4);
    expect(Math.max(...batches)).toBeLessThanOrEqual(8);
  });

  it('turns away what is beyond its queue, with a time; the client comes back', async () => {
    const { encoder, release } = heldEncoder();
    const { url, client } = await start({ encoder, concurrency: 2, queue: 1, maxBatch: 1 });
    const image = await imageOf(colors.red);
    const refusedOnes: ServerError[] = [];
    const asked = Array.from({ length: 8 }, () =>
      client.embed(image).catch((error: ServerError) => {
        refusedOnes.push(error);
        return null;
      }),
    );
    await vi.waitUntil(() => refusedOnes.length >= 5, { timeout: 60_000 });
    const answer = await fetch(`${url}/embed`, {
      method: 'POST',
      body: image,
      headers: { 'content-type': 'image/png' },
    });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '1']);
    const patient = new XclrClient(url).embed(image);
    release();
    expect((await patient).vector).toHaveLength(4);
    expect((await Promise.all(asked)).filter((one) => one?.vector.length === 4)).toHaveLength(3);
    expect(refusedOnes.map(({ status }) => status)).toEqual([429, 429, 429, 429, 429]);
  });

  it('gives up what takes too long, and works on', async () => {
    const { encoder, release } = heldEncoder();
    const { client } = await start({ encoder, timeoutSeconds: 2 });
    expect((await refused(client.embed(await imageOf(colors.red)))).status).toBe(503);
    expect((await client.searchId('red')).matches).toHaveLength(3);
    release();
  });

  it('answers what it accepted before it stops, and nothing after', async () => {
    const { encoder, release } = heldEncoder();
    const server = await start({ encoder, maxBatch: 4 });
    const image = await imageOf(colors.red);
    const asked = Array.from({ length: 24 }, () => server.client.embed(image));
    await untilActive(server.url, 24);
    const closed = server.close();
    release();
    expect((await Promise.all(asked)).every(({ vector }) => vector.length === 4)).toBe(true);
    await closed;
    await expect(fetch(`${server.url}/health`)).rejects.toThrow();
  });

  it('fails the images of a batch that failed, and continues with the next', async () => {
    const encoder = colorEncoder();
    let failing = true;
    const batcher = new Batcher(
      {
        ...encoder,
        embed: (images) => (failing ? Promise.reject(new Error('no')) : encoder.embed(images)),
      },
      { largest: 4 },
    );
    const image = await encoder.prepare(await imageOf(colors.red));
    await expect(batcher.embed(image)).rejects.toThrow('no');
    failing = false;
    expect(await batcher.embed(image)).toHaveLength(4);
  });
});

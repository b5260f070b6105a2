// Slow, broken and greedy clients: what they hold is given back, and others are answered meanwhile.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { diversified } from '../../src/deploy/search/index.js';
import { diversifyAside } from '../../src/deploy/serve/diversify-aside.js';
import { XclrClient } from '../../src/deploy/serve/index.js';
import { Intake } from '../../src/deploy/serve/intake.js';
import { rawClient, uploadHead } from './hostile-uploads.js';
import { clusteredRows, colorEncoder } from './make.js';
import { colors, imageOf, metric, start } from './serving.js';

const statusOf = (said: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(said)?.[1]);
const post = (url: string, body: string, type = 'application/json') =>
  fetch(url, { method: 'POST', body, headers: { 'content-type': type } });

it('bodies that never end take no place, and are given up after the time-out', async () => {
  const { url, client } = await start({ concurrency: 2, queue: 2, timeoutSeconds: 8 });
  const slow = await Promise.all(Array.from({ length: 40 }, () => rawClient(url)));
  for (const { send } of slow) send(`${uploadHead(1000)}some`);
  await vi.waitUntil(async () => (await metric(url, 'xclr_bodies_receiving')) === 40, { timeout: 60_000 });
  expect(await metric(url, 'xclr_requests_active')).toBe(0);
  expect((await client.embed(await imageOf(colors.red))).vector).toHaveLength(4);
  for (const said of await Promise.all(slow.map((one) => one.said))) expect(statusOf(said)).toBe(408);
  expect(await metric(url, 'xclr_bodies_receiving')).toBe(0);
  expect(await metric(url, 'xclr_body_bytes')).toBe(0);
  expect((await client.embed(await imageOf(colors.red))).vector).toHaveLength(4);
});

it('bodies whose senders hang up give their memory back', async () => {
  const { url } = await start();
  const broken = await Promise.all(Array.from({ length: 20 }, () => rawClient(url)));
  for (const { send } of broken) send(`${uploadHead(1000)}some`);
  await vi.waitUntil(async () => (await metric(url, 'xclr_body_bytes')) === 80, { timeout: 60_000 });
  for (const { socket } of broken) socket.resetAndDestroy();
  await vi.waitUntil(async () => (await metric(url, 'xclr_body_bytes')) === 0, { timeout: 60_000 });
});

it('senders below the least speed are given up before the time-out', async () => {
  const { url } = await start({ timeoutSeconds: 120, leastRate: 1e6 });
  const client = await rawClient(url);
  client.send(`${uploadHead(1e6)}some`);
  expect(await client.said).toMatch(/^HTTP\/1\.1 408 .*less than 977 KiB a second/s);
});

it('headers that come slowly, and connections that say nothing, are closed', async () => {
  const { url } = await start({ timeoutSeconds: 2 });
  const slow = await rawClient(url);
  slow.send('POST /embed HTTP/1.1\r\nhost: localhost\r\n');
  const silent = await rawClient(url);
  expect(statusOf(await slow.said)).toBe(408);
  expect(statusOf(await silent.said)).toBe(408);
});

it('connections beyond the limit are closed at once, and the others are answered', async () => {
  const { url } = await start({ connections: 4 });
  const clients = [];
  for (let i = 0; i < 4; i++) clients.push(await rawClient(url));
  const refused = await rawClient(url);
  expect(await refused.said).toBe('');
  clients[0]!.send('GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
  expect(statusOf(await clients[0]!.said)).toBe(200);
  for (const { socket } of clients.slice(1)) socket.destroy();
});

it('a client that goes away while its request waits leaves its place to the next', async () => {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const encoder = colorEncoder();
  const held = { ...encoder, embed: (images: never[]) => released.then(() => encoder.embed(images)) };
  const { url, client } = await start({ encoder: held, concurrency: 1, queue: 0 });
  const image = await imageOf(colors.red);
  const gone = await rawClient(url);
  gone.send(Buffer.concat([Buffer.from(uploadHead(image.length)), image]));
  await vi.waitUntil(async () => (await metric(url, 'xclr_requests_active')) === 1, { timeout: 60_000 });
  gone.socket.resetAndDestroy();
  await once(gone.socket, 'close');
  await vi.waitUntil(async () => (await metric(url, 'xclr_requests_active')) === 0, { timeout: 60_000 });
  expect((await client.searchId('red')).matches).toHaveLength(3);
  release();
});

it('JSON has a small limit of its own', async () => {
  const { url } = await start();
  const large = JSON.stringify({ id: 'x'.repeat(70_000) });
  const answer = await post(`${url}/search`, large);
  expect([answer.status, await answer.json()]).toEqual([413, { error: 'the body is larger than 64 KiB' }]);
  const chunked = await rawClient(url);
  chunked.send(
    'POST /recommend HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n',
  );
  for (let i = 0; i < 80; i++) chunked.send(`400\r\n${'x'.repeat(1024)}\r\n`);
  expect(statusOf(await chunked.said)).toBe(413);
});

it('bodies share a memory: the oldest that still arrives makes room', async () => {
  const intake = new Intake({ mostBytes: 1500, seconds: 60, leastRate: 0 });
  const outcomes: string[] = [];
  const server = createServer((incoming, answer) => {
    intake.receive(incoming, 10_000).then(
      ({ bytes }) => answer.end(String(outcomes.push(`received ${bytes.length}`))),
      (error: Error) => answer.end(String(outcomes.push(error.constructor.name))),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  const first = await rawClient(url);
  first.send(`${uploadHead(2000)}${'x'.repeat(1000)}`);
  await vi.waitUntil(() => intake.held === 1000);
  const second = await rawClient(url);
  second.send(`${uploadHead(1000)}${'y'.repeat(1000)}`);
  await vi.waitUntil(() => outcomes.length === 2);
  expect(outcomes).toEqual(['TooBusy', 'received 1000']);
  first.socket.destroy();
  second.socket.destroy();
  server.close();
});

it('labels of metrics come from the routes only', async () => {
  const { url } = await start({ token: 'secret' });
  for (let i = 0; i < 50; i++) {
    await fetch(`${url}/path-${i}`);
    await fetch(`${url}/items/${i}/thumbnail/${i}`, { method: 'PATCH' });
  }
  const answer = await fetch(`${url}/metrics`, { headers: { authorization: 'Bearer secret' } });
  const routes = new Set(
    [...(await answer.text()).matchAll(/xclr_requests_total\{route="([^"]*)"/g)].map((m) => m[1]),
  );
  expect(routes).toEqual(new Set(['GET unknown', 'other unknown']));
});

it('much variety does not keep others waiting', async () => {
  const [n, d, k] = [2000, 64, 400];
  const rows = clusteredRows(n, d, 5);
  const similarities = Array.from({ length: n }, (_, i) => 1 - i / n);
  const expected = diversified(similarities, rows, k, 0.5);
  let turns = 0;
  const beat = setInterval(() => turns++, 1);
  const found = await diversifyAside(similarities, rows.slice(), k, 0.5);
  clearInterval(beat);
  expect(found).toEqual(expected);
  expect(turns).toBeGreaterThan(2); // the event loop went on
});

it('a request that was given up does not change the index later', async () => {
  const encoder = colorEncoder();
  const slow = {
    ...encoder,
    embed: async (images: never[]) => {
      await sleep(2500);
      return encoder.embed(images);
    },
  };
  const { url } = await start({ encoder: slow, timeoutSeconds: 1 });
  const client = new XclrClient(url, { retries: 0 });
  await expect(client.put('late', await imageOf(colors.red))).rejects.toThrow(/more than 1 s/);
  await sleep(2500);
  await expect(client.item('late')).rejects.toThrow(/no item 'late'/);
});

// `xclr serve` as a process under an independent client (autocannon): 200 connections for a minute, then ten thousand
// hostile uploads of slow and broken clients; memory stays flat, and afterwards it answers as at first.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Random } from '../../src/util/random.js';
import { type Serving, serving } from '../cli/run.js';
import { pngWith, rawClient, refusedFiles, textBomb, uploadHead } from './hostile-uploads.js';
import { putOnnxFolder, temporaryFolder, tinyOnnx } from './make.js';
import { residentOf } from './resident.js';

/** What is used of autocannon, which has no types of its own. */
interface LoadResult {
  readonly errors: number;
  readonly timeouts: number;
  readonly statusCodeStats: Readonly<Record<string, { readonly count: number }>>;
  readonly latency: Readonly<Record<'p50' | 'p99' | 'max', number>>;
  readonly requests: { readonly average: number; readonly total: number };
}
type Autocannon = (options: Readonly<Record<string, unknown>>) => Promise<LoadResult>;
const autocannon = createRequire(import.meta.url)('autocannon') as Autocannon;

const seconds = Number(process.env.XCLR_LOAD_SECONDS ?? 60);
const hostileUploads = Number(process.env.XCLR_HOSTILE_UPLOADS ?? 10_000);
/** Every request is answered or refused within the time-out of the server, with a second for the network. */
const timeoutSeconds = 10;

const folder = temporaryFolder();
let server: Serving;
let image: Buffer;

beforeAll(async () => {
  putOnnxFolder(join(folder, 'encoder'), tinyOnnx());
  const noise = Uint8Array.from({ length: 200 * 200 * 3 }, (_, i) => (i * 7919) % 256);
  image = await sharp(noise, { raw: { width: 200, height: 200, channels: 3 } })
    .jpeg()
    .toBuffer();
  server = await serving(
    folder,
    'encoder',
    '--timeout',
    String(timeoutSeconds),
    '--decoders',
    '2',
    '--log-level',
    'warn',
  );
});
afterAll(() => server?.stop());

const load = (connections: number, duration: number) =>
  autocannon({
    url: `${server.url}/embed`,
    method: 'POST',
    headers: { 'content-type': 'image/jpeg' },
    body: image,
    connections,
    duration,
    timeout: 2 * timeoutSeconds,
  });

const counts = ({ statusCodeStats }: LoadResult) =>
  Object.fromEntries(Object.entries(statusCodeStats).map(([status, { count }]) => [status, count]));

it(`${seconds} s of 200 connections: answers, and refusals by the limits, in time; memory stays flat`, async () => {
  await load(200, Math.max(5, seconds / 4)); // warms up
  const before = residentOf(server.child.pid!);
  const result = await load(200, seconds);
  const after = residentOf(server.child.pid!);
  const { latency, requests } = result;
  console.log(
    `${requests.average.toFixed(0)}/s, ${JSON.stringify(counts(result))}, p50 ${latency.p50} ms, p99 ${latency.p99} ms, max ${latency.max} ms; resident ${before.toFixed(0)} → ${after.toFixed(0)} MB`,
  );
  expect(Object.keys(counts(result)).filter((status) => !['200', '429', '503'].includes(status))).toEqual([]);
  expect(counts(result)['200']).toBeGreaterThan(100);
  expect([result.errors, result.timeouts]).toEqual([0, 0]);
  expect(latency.p99).toBeLessThan(1000 * (timeoutSeconds + 1));
  expect(after - before).toBeLessThan(0.15 * before + 20);
});

/** One hostile client; it ends when the server has closed the connection, or it has. */
async function attack(random: Random): Promise<void> {
  const pick = <T>(from: readonly T[]): T => from[random.below(from.length)]!;
  const client = await rawClient(server.url);
  const kinds: Readonly<Record<string, () => void | Promise<void>>> = {
    async 'a body that stops, then hangs up'() {
      client.send(`${uploadHead(100_000)}some`);
      await sleep(random.below(200));
      client.socket.destroy();
    },
    'a body of no format'() {
      const body = pick(Object.values(refusedFiles));
      client.send(Buffer.concat([Buffer.from(uploadHead(body.length)), body]));
    },
    'a damaged image'() {
      const damaged = Buffer.from(image);
      for (let i = 0; i < 20; i++) damaged[random.below(damaged.length - 4) + 4] = random.below(256);
      client.send(Buffer.concat([Buffer.from(uploadHead(damaged.length)), damaged]));
    },
    'a cut image'() {
      const cut = image.subarray(0, 4 + random.below(image.length - 4));
      client.send(Buffer.concat([Buffer.from(uploadHead(cut.length)), cut]));
    },
    'a PNG with text bombs'() {
      const png = pngWith(4, [1, 2, 3], textBomb(2 ** 20));
      client.send(Buffer.concat([Buffer.from(uploadHead(png.length)), png]));
    },
    'an image of a million megapixels'() {
      const png = pngWith(4, [1, 2, 3]);
      png.writeUInt32BE(1_000_000, 16);
      png.writeUInt32BE(1_000_000, 20);
      client.send(Buffer.concat([Buffer.from(uploadHead(png.length)), png]));
    },
    'a length that is none'() {
      client.send('POST /embed HTTP/1.1\r\nhost: localhost\r\ncontent-length: -5\r\n\r\n');
    },
    'bytes that are no HTTP'() {
      client.send(Buffer.from(Array.from({ length: 200 }, () => random.below(256))));
    },
    'broken chunks'() {
      client.send(
        'POST /search HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
      );
    },
    'a body larger than allowed'() {
      client.send(uploadHead(2 ** 40));
    },
  };
  await pick(Object.values(kinds))();
  // Half of them never hang up by themselves: the server has to.
  if (random.uniform() < 0.5) setTimeout(() => client.socket.destroy(), 500).unref();
  else client.socket.end();
  await client.said;
}

it(`${hostileUploads} hostile uploads: afterwards it answers as at first, and memory is flat`, async () => {
  const expected = await (
    await fetch(`${server.url}/embed`, {
      method: 'POST',
      body: Uint8Array.from(image),
      headers: { 'content-type': 'image/jpeg' },
    })
  ).json();
  const half = Math.floor(hostileUploads / 2);
  const resident: number[] = [];
  for (let round = 0; round < 2; round++) {
    let next = 0;
    const worker = async () => {
      while (next < half) {
        const random = new Random(11, round * half + next++);
        await attack(random);
      }
    };
    await Promise.all(Array.from({ length: 64 }, worker));
    resident.push(residentOf(server.child.pid!));
  }
  console.log(`resident ${resident.map((one) => one.toFixed(0)).join(' → ')} MB`);
  const again = await fetch(`${server.url}/embed`, {
    method: 'POST',
    body: Uint8Array.from(image),
    headers: { 'content-type': 'image/jpeg' },
  });
  expect([again.status, await again.json()]).toEqual([200, expected]);
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  for (const name of [
    'xclr_requests_active',
    'xclr_requests_waiting',
    'xclr_bodies_receiving',
    'xclr_body_bytes',
  ])
    expect(metrics).toMatch(new RegExp(`^${name} 0$`, 'm'));
  expect(metrics.length).toBeLessThan(50_000);
  expect(resident[1]! - resident[0]!).toBeLessThan(0.15 * resident[0]! + 20);
  expect(await server.stop()).toBe(0);
});

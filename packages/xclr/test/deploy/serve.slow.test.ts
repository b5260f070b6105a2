// `xclr serve` as a process: ten minutes at twice what it can do, then told to end under load.
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { beforeAll, expect, it } from 'vitest';
import { exportRun } from '../../src/deploy/export/index.js';
import { runTraining } from '../../src/train/session.js';
import { serving } from '../cli/run.js';
import { putDataset, smallConfig, temporaryFolder } from '../train/make.js';
import { residentOf } from './resident.js';

const folder = temporaryFolder();
const minutes = Number(process.env.XCLR_OVERLOAD_MINUTES ?? 10);
let image: Buffer;

beforeAll(async () => {
  const manifest = await putDataset(join(folder, 'data'));
  const settings = { steps: 3, encoder: { name: 'resnet18', stem: 'standard', width: 1 } };
  const { run } = await runTraining(smallConfig(manifest, join(folder, 'run'), settings));
  await exportRun(run, join(folder, 'exported'), { formats: ['float32'], measure: false });
  const noise = Uint8Array.from({ length: 96 * 96 * 3 }, (_, i) => (i * 7919) % 256);
  image = await sharp(noise, { raw: { width: 96, height: 96, channels: 3 } })
    .jpeg()
    .toBuffer();
});

interface Answer {
  /** 0 where the connection broke or was refused. */
  readonly status: number;
  readonly ms: number;
  readonly retryAfter: string | undefined;
}

function upload(url: string, agent: Agent): Promise<Answer> {
  const began = performance.now();
  return new Promise((resolve) => {
    const end = (status: number, retryAfter?: string) =>
      resolve({ status, ms: performance.now() - began, retryAfter });
    const headers = { 'content-type': 'image/jpeg', 'content-length': image.length };
    const asked = request(`${url}/embed`, { method: 'POST', agent, headers }, (answer) => {
      answer.resume();
      answer.once('end', () => end(answer.statusCode!, answer.headers['retry-after']));
      answer.once('error', () => end(0));
    });
    asked.once('error', () => end(0));
    asked.end(image);
  });
}

/** Uploads a second, whatever comes back. */
async function offer(
  url: string,
  rate: number,
  seconds: number,
  each: (answer: Answer) => void,
): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  const open: Promise<void>[] = [];
  const began = performance.now();
  for (let i = 0; i < rate * seconds; i++) {
    const wait = began + (1000 * i) / rate - performance.now();
    if (wait > 1) await sleep(wait);
    open.push(upload(url, agent).then(each));
  }
  await Promise.all(open);
  agent.destroy();
}

/** Uploads a second that 16 clients get through, one after the other each. */
async function capacity(url: string): Promise<number> {
  const agent = new Agent({ keepAlive: true });
  const seconds = 10;
  let answered = 0;
  const end = performance.now() + 1000 * seconds;
  const client = async () => {
    while (performance.now() < end) if ((await upload(url, agent)).status === 200) answered++;
  };
  await Promise.all(Array.from({ length: 16 }, client));
  agent.destroy();
  return answered / seconds;
}

/** MB. */
const percentile = (values: readonly number[], fraction: number) =>
  values.toSorted((a, b) => a - b)[Math.floor(fraction * (values.length - 1))]!;

const loggedAnswers = (log: string) =>
  log
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { status?: number; path?: string })
    .filter(({ status, path }) => status === 200 && path === '/embed').length;

it(`${minutes} minutes at twice its capacity: memory stays flat, and everything gets an answer`, async () => {
  const server = await serving(folder, 'exported', '--concurrency', '16', '--queue', '16');
  await capacity(server.url); // warms up
  const able = await capacity(server.url);
  const answers: Answer[] = [];
  const resident: number[] = [];
  for (let minute = 0; minute < minutes; minute++) {
    await offer(server.url, 2 * able, 60, (answer) => answers.push(answer));
    resident.push(residentOf(server.child.pid!));
  }
  const of = (wanted: number) => answers.filter(({ status }) => status === wanted);
  const [accepted, refused] = [of(200), of(429)];
  const ms = (some: readonly Answer[], fraction: number) =>
    `${percentile(
      some.map((one) => one.ms),
      fraction,
    ).toFixed(0)} ms`;
  console.log(
    `able to ${able.toFixed(0)}/s; of ${answers.length} in ${minutes} min: ${accepted.length} answered (p50 ${ms(accepted, 0.5)}, p99 ${ms(accepted, 0.99)}), ` +
      `${refused.length} refused (p50 ${ms(refused, 0.5)}, p99 ${ms(refused, 0.99)}); resident ${resident.map((one) => one.toFixed(0)).join(' ')} MB`,
  );
  expect(answers.filter(({ status }) => ![200, 429].includes(status))).toEqual([]);
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.every(({ retryAfter }) => Number(retryAfter) >= 1)).toBe(true);
  expect(
    percentile(
      refused.map((one) => one.ms),
      0.99,
    ),
  ).toBeLessThan(1000); // in time
  const middle = Math.ceil(minutes / 2);
  const [early, late] = [resident.slice(1, middle), resident.slice(middle)];
  // A minute or two say nothing. Server and decoders swing with their garbage: as in serve-load.slow.test.ts.
  if (early.length > 1) expect(Math.max(...late)).toBeLessThan(1.15 * Math.max(...early) + 20);
  expect(await server.stop()).toBe(0);
});

it('told to end under load, it answers all that it accepted', async () => {
  for (let round = 0; round < 5; round++) {
    const server = await serving(folder, 'exported', '--concurrency', '16', '--queue', '64');
    const agent = new Agent({ keepAlive: true });
    const answers: Answer[] = [];
    let going = true;
    const client = async () => {
      while (going) {
        const answer = await upload(server.url, agent);
        answers.push(answer);
        if (answer.status === 0) return; // it has closed
      }
    };
    const clients = Array.from({ length: 32 }, client);
    await sleep(1500 + 200 * round);
    const code = await server.stop();
    going = false;
    await Promise.all(clients);
    agent.destroy();
    const received = answers.filter(({ status }) => status === 200).length;
    const logged = loggedAnswers(server.log());
    console.log(`round ${round}: ${received} answers received, ${logged} in the server's log`);
    expect(code).toBe(0);
    expect(received).toBeGreaterThan(10);
    expect(received).toBe(logged);
  }
});

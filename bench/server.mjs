// `xclr serve` on loopback with a real encoder (ResNet-18 at 64 px, float32 ONNX): 32 clients with batches, beside batches of one
// (requests still overlap: one is decoded while another is encoded), and beside one request at a time.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from '../node_modules/pino/pino.js';
import sharp from '../node_modules/sharp/dist/index.mjs';
import { manualSeed } from '../packages/torch/dist/index.js';
import { OnnxEncoder } from '../packages/xclr/dist/deploy/encoder/index.js';
import * as onnx from '../packages/xclr/dist/deploy/onnx/index.js';
import { listen } from '../packages/xclr/dist/deploy/serve/index.js';
import { createEncoder } from '../packages/xclr/dist/models/index.js';
import { threads } from './lib/environment.mjs';
import { comparison, rotated } from './lib/statistics.mjs';

const size = 64;
const clients = 32;
const seconds = 4;

async function encoderFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'xclr-bench-'));
  mkdirSync(join(folder, 'onnx'));
  manualSeed(1);
  const network = createEncoder('resnet18').eval();
  const graph = onnx.foldBatchNorm(
    onnx.recordNetwork(network, { name: 'resnet18', height: size, width: size }),
  );
  network.dispose();
  writeFileSync(
    join(folder, 'onnx/model.onnx'),
    Buffer.concat(onnx.modelBytes(graph, { producer: 'xclr', version: 'bench' })),
  );
  writeFileSync(
    join(folder, 'preprocessor_config.json'),
    JSON.stringify({ size: { height: size, width: size } }),
  );
  return folder;
}

/** Status of one upload. node:http costs the machine a quarter of what fetch does, and the cores are the server's too. */
function upload(url, body, agent) {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'image/jpeg', 'content-length': body.length };
    const asked = request(`${url}/embed`, { method: 'POST', agent, headers }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode));
    });
    asked.once('error', reject);
    asked.end(body);
  });
}

/** Uploads for some seconds, each client one after the other; how long each took. */
async function load(url, body, { seconds: duration }) {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const times = [];
  const end = performance.now() + 1000 * duration;
  const client = async () => {
    while (performance.now() < end) {
      const began = performance.now();
      const status = await upload(url, body, agent);
      if (status !== 200) throw new Error(`bench/server: ${status} from a server below its limits`);
      times.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  agent.destroy();
  times.sort((a, b) => a - b);
  const at = (fraction) => times[Math.min(times.length - 1, Math.floor(fraction * times.length))];
  return { rate: times.length / duration, p50: at(0.5), p99: at(0.99) };
}

/** @returns rows as bench/results/server.json keeps them */
export async function run({ rounds, log }) {
  const folder = await encoderFolder();
  const encoder = await OnnxEncoder.load(folder, { threads });
  const parts = { encoder, index: null, log: pino({ level: 'silent' }) };
  const noise = Uint8Array.from({ length: 96 * 96 * 3 }, (_, i) => (i * 7919) % 256);
  const body = await sharp(noise, { raw: { width: 96, height: 96, channels: 3 } })
    .jpeg()
    .toBuffer();
  const settings = [{ maxBatch: 32 }, { maxBatch: 1 }, { maxBatch: 1, concurrency: 1 }];
  const sides = [];
  for (const one of settings) sides.push({ server: await listen(parts, { port: 0, ...one }), results: [] });
  for (const { server } of sides) await load(server.url, body, { seconds: 1 });
  for (let round = 0; round < rounds; round++) {
    for (const { server, results } of rotated(sides, round))
      results.push(await load(server.url, body, { seconds }));
    const shown = sides.map(
      ({ results }) =>
        `${results.at(-1).rate.toFixed(0)}/s (p50 ${results.at(-1).p50.toFixed(0)} ms, p99 ${results.at(-1).p99.toFixed(0)} ms)`,
    );
    log(`  batches ${shown[0]}, batches of one ${shown[1]}, one request at a time ${shown[2]}`);
  }
  for (const { server } of sides) await server.close();
  await encoder[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
  const latency = ({ results }) => ({
    p50: results.map(({ p50 }) => p50),
    p99: results.map(({ p99 }) => p99),
  });
  const [batched, ...peers] = sides;
  return peers.map((peer, i) =>
    comparison({
      name: 'xclr serve, 32 clients, ResNet-18 at 64 px: batches',
      unit: 'requests/s',
      ours: batched.results.map(({ rate }) => rate),
      peer: peer.results.map(({ rate }) => rate),
      peerName: ['batches of one', 'one request at a time'][i],
      settings: { threads, clients, batched: latency(batched), peer: latency(peer) },
    }),
  );
}

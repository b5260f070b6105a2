// Images a second through a ResNet-50 at 224 px: LibTorch, the exported float32 and int8 files, and the whole way from
// JPEGs to vectors beside the model alone; in turn within one run. Random weights: they do not change the speed.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from '../node_modules/sharp/dist/index.mjs';
import { manualSeed, noGrad, scoped, setNumThreads, tensor } from '../packages/torch/dist/index.js';
import { embedSamples } from '../packages/xclr/dist/deploy/embed/embed-samples.js';
import { OnnxEncoder } from '../packages/xclr/dist/deploy/encoder/index.js';
import * as onnx from '../packages/xclr/dist/deploy/onnx/index.js';
import { createEncoder } from '../packages/xclr/dist/models/index.js';
import { Random } from '../packages/xclr/dist/util/random.js';
import { file, threads } from './lib/environment.mjs';
import { photographs } from './lib/photographs.mjs';
import { comparison, rotated } from './lib/statistics.mjs';

const size = 224;
const batch = 8;
const images = 48;

/** The network's files in a folder, as `xclr export` lays them out. */
async function exported(encoder) {
  const folder = mkdtempSync(join(tmpdir(), 'xclr-bench-'));
  mkdirSync(join(folder, 'onnx'));
  const graph = onnx.foldBatchNorm(
    onnx.recordNetwork(encoder, { name: 'resnet50', height: size, width: size }),
  );
  const random = new Random(1);
  const pixels = Float32Array.from({ length: 2 * 3 * size * size }, () => random.normal());
  const ranges = await onnx.calibrate(graph, onnx.valuesToQuantize(graph), [
    { pixels, dims: [2, 3, size, size] },
  ]);
  const write = (name, one) =>
    writeFileSync(
      join(folder, 'onnx', name),
      Buffer.concat(onnx.modelBytes(one, { producer: 'xclr', version: 'bench' })),
    );
  write('model.onnx', graph);
  write('model_quantized.onnx', onnx.quantize(graph, ranges));
  writeFileSync(
    join(folder, 'preprocessor_config.json'),
    JSON.stringify({
      size: { shortest_edge: 256 },
      do_center_crop: true,
      crop_size: { height: size, width: size },
    }),
  );
  return folder;
}

async function rate(count, work) {
  const began = performance.now();
  await work();
  return (1000 * count) / (performance.now() - began);
}

/** @returns rows as bench/results/encoders.json keeps them */
export async function run({ rounds, log }) {
  setNumThreads(threads);
  sharp.cache(false);
  sharp.concurrency(1); // as `xclr embed` has it: several images at a time, each on one thread
  manualSeed(1);
  const network = createEncoder('resnet50').eval();
  const folder = await exported(network);
  network.to({ memoryFormat: 'channels_last' });
  const source = await photographs(file('../.cache/bench/photographs'), { count: 512 });
  const samples = readdirSync(source, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.name.endsWith('.jpg'))
    .slice(0, images)
    .map((entry) => ({
      id: entry.name,
      image: { path: join(entry.parentPath, entry.name) },
      captions: ['an image'],
      label: null,
      split: null,
      attributes: {},
    }));
  const float32 = await OnnxEncoder.load(join(folder, 'onnx/model.onnx'), { threads });
  const int8 = await OnnxEncoder.load(join(folder, 'onnx/model_quantized.onnx'), { threads });
  const prepared = await Promise.all(samples.map(({ image }) => float32.prepare(image)));
  const batches = Array.from({ length: images / batch }, (_, i) =>
    prepared.slice(i * batch, (i + 1) * batch),
  );
  const embed = (encoder) => async () => {
    for (const one of batches) await encoder.embed(one);
  };
  const libTorch = () => {
    for (const one of batches) {
      const pixels = new Float32Array(batch * 3 * size * size);
      for (const [i, image] of one.entries()) pixels.set(image.pixels, i * 3 * size * size);
      scoped(() =>
        noGrad(() => {
          const views = tensor(pixels, { shape: [batch, 3, size, size] }).to({
            memoryFormat: 'channels_last',
          });
          network.call(views).toArray();
        }),
      );
    }
  };
  const sides = [
    { name: 'LibTorch', work: libTorch },
    { name: 'float32', work: embed(float32) },
    { name: 'int8', work: embed(int8) },
    { name: 'pipeline', work: () => embedSamples(float32, samples, { batchSize: batch }) },
  ].map((side) => ({ ...side, rates: [] }));
  for (const { work } of sides) await work(); // warm
  for (let round = 0; round < rounds; round++) {
    for (const side of rotated(sides, round)) side.rates.push(await rate(images, side.work));
    log(`  ${sides.map(({ name, rates }) => `${name} ${rates.at(-1).toFixed(1)}`).join(', ')} images/s`);
  }
  await float32[Symbol.asyncDispose]();
  await int8[Symbol.asyncDispose]();
  network.dispose();
  rmSync(folder, { recursive: true });
  const rates = Object.fromEntries(sides.map(({ name, rates: all }) => [name, all]));
  const row = (name, ours, peer, peerName) =>
    comparison({
      name: `ResNet-50, 224 px: ${name}`,
      unit: 'images/s',
      ours: rates[ours],
      peer: rates[peer],
      peerName,
      settings: { threads, batch },
    });
  return [
    row('exported float32', 'float32', 'LibTorch', 'LibTorch'),
    row('exported int8', 'int8', 'float32', 'exported float32'),
    row('JPEG files to vectors', 'pipeline', 'float32', 'the model alone'),
  ];
}

// Runs on the device: learning, checkpoints that the other kind of device reads, resuming, memory, and what goes wrong.
import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { cudaAvailable, cudaDevices, deviceMemory, io, keep, liveTensors, zeros } from '@xclr/torch';
import { RunEncoder } from '../../dist/deploy/encoder/run-encoder.js';
import { evaluateRun } from '../../dist/evaluate/evaluate-run.js';
import { chooseDevice } from '../../dist/train/device.js';
import { readMetrics } from '../../dist/train/metrics-log.js';
import { RunFolder } from '../../dist/train/run-folder.js';
import { runTraining } from '../../dist/train/session.js';
import {
  device,
  folder,
  images,
  methods,
  near,
  onGpu,
  place,
  putDataset,
  same,
  smallConfig,
} from './support.mjs';

let data;
before(async () => {
  data = await putDataset();
});
after(() => rmSync(folder, { recursive: true, force: true }));

const train = (name, changes = {}, options = {}) => runTraining(smallConfig(data, name, changes), options);
const lossesOf = (run) => readMetrics(run).map(({ loss }) => loss);

/** Embeddings of some images by a run on a device. */
async function embedded(run, on) {
  const encoder = new RunEncoder(run, { device: on, threads: 1 });
  const prepared = encoder.preparation.kind === 'preprocessor' ? images(6).map(planesOf) : images(6);
  const rows = [...(await encoder.embed(prepared))];
  await encoder[Symbol.asyncDispose]();
  return rows;
}

/** What a preprocessor gives: normalized planes of the view's size. */
function planesOf({ pixels }) {
  return {
    pixels: Float32Array.from({ length: 3 * 32 * 32 }, (_, i) => pixels[i % pixels.length] / 128 - 1),
  };
}

test('20 steps on the device are those on the CPU, and evaluate, embed and write the same on both', async () => {
  const { run: there } = await train('there');
  const { run: here } = await train('here', { device: 'cpu' });
  const [a, b] = [lossesOf(there), lossesOf(here)];
  assert.equal(a.length, 20);
  // The first step differs by rounding alone. After it the runs drift apart as any two do whose roundings differ, and fast: on
  // images of one color batch normalization divides by variances that are nearly 0.
  near('loss of the first step', a.slice(0, 1), b.slice(0, 1), { relative: 1e-3 });
  console.log(
    `  losses on ${place}: ${a.map((loss) => loss.toFixed(3))}; on the CPU: ${b.map((loss) => loss.toFixed(3))}`,
  );
  assert.ok(a.at(-1) < a[0], `the loss falls: ${a[0]} → ${a.at(-1)}`);
  for (const [name, run] of Object.entries({ there, here })) {
    near(`embeddings of the run trained ${name}`, await embedded(run, device), await embedded(run, 'cpu'), {
      relative: 1e-3,
    });
    const scores = {};
    for (const on of new Set(['cpu', device])) {
      const { features, device: used } = await evaluateRun(RunFolder.open(run.path), {
        device: on,
        threads: 1,
      });
      assert.equal(used, on === 'cpu' ? 'cpu' : place);
      scores[on] = Object.values(features).map(({ value }) => value);
    }
    console.log(`  scores of the run trained ${name}: cpu ${scores.cpu}, ${device} ${scores[device]}`);
    near(`scores of the run trained ${name}`, scores[device], scores.cpu, { relative: 0.1 });
  }
});

test('export of a run trained on the device', async (t) => {
  let exporter;
  try {
    exporter = await import('../../dist/deploy/export/export-run.js');
    await import('onnxruntime-node');
  } catch (error) {
    return t.skip(`not installed here: ${String(error.message).split('\n')[0]}`);
  }
  const out = join(folder, 'exported');
  await exporter.exportRun(RunFolder.open(join(folder, 'there')), out);
  console.log(`  ${readFileSync(join(out, 'config.json'), 'utf8').length} bytes of config.json`);
});

const weightsOf = (run) => {
  const { tensors } = io.readSafetensors(run.file('checkpoints', 'last', 'model.safetensors'));
  const flat = [...tensors].flatMap(([, one]) => one.toNumbers());
  for (const one of tensors.values()) one.dispose();
  return flat;
};

for (const optimizer of ['sgd', 'adamw', 'lars']) {
  test(`resumes where it stopped, bit for bit with --deterministic: ${optimizer}`, async () => {
    // The backward pass of max pooling, which the other stem has, is not deterministic on CUDA.
    const changes = {
      encoder: { name: 'resnet18', stem: 'small', width: 0.25 },
      optimizer: { name: optimizer, lr: 0.01 },
      deterministic: true,
      steps: 8,
      method: 'clip',
      ...clip(),
    };
    const { run: whole } = await train(`whole-${optimizer}`, changes);
    const stop = new AbortController();
    const onStep = ({ step }) => step >= 3 && stop.abort();
    const { run, step } = await train(`parts-${optimizer}`, changes, { stop: stop.signal, onStep });
    console.log(`  stopped after step ${step}`);
    assert.ok(step >= 3 && step < 8);
    await train(`parts-${optimizer}`, { ...changes, resume: true });
    same(`${optimizer}, weights`, weightsOf(run), weightsOf(whole));
    same(`${optimizer}, losses`, lossesOf(run), lossesOf(whole));
  });
}

function clip() {
  return methods(data).clip;
}

test('a run of the device is resumed on the CPU, and one of the CPU on the device', async () => {
  const stopAt = (count) => {
    const stop = new AbortController();
    return { stop: stop.signal, onStep: ({ step }) => step >= count && stop.abort() };
  };
  for (const [name, from, to] of [
    ['to-cpu', device, 'cpu'],
    ['to-device', 'cpu', device],
  ]) {
    await train(name, { device: from, steps: 8 }, stopAt(3));
    const notices = [];
    const { finished, run } = await train(
      name,
      { device: to, steps: 8, resume: true },
      { onNotice: (line) => notices.push(line) },
    );
    assert.ok(finished);
    const { computed } = run.readRecord();
    console.log(`  ${computed.map((one) => `${one.precision} on ${one.device}`).join(', then ')}`);
    if (onGpu) assert.ok(notices.some((line) => /device: the run was trained on/.test(line)));
    assert.equal(lossesOf(run).length, 8);
  }
});

test('every precision that the device has learns, and float16 keeps its scale', async () => {
  const precisions = onGpu ? ['float32', 'tf32', 'bfloat16', 'float16'] : ['float32'];
  for (const precision of precisions) {
    const { run } = await train(`in-${precision}`, { precision });
    const losses = lossesOf(run);
    console.log(`  ${precision}: ${losses[0].toFixed(4)} → ${losses.at(-1).toFixed(4)}`);
    assert.ok(losses.every(Number.isFinite) && losses.at(-1) < losses[0]);
    if (precision !== 'float16') continue;
    const state = readFileSync(run.file('checkpoints', 'last', 'state.json'), 'utf8');
    const [, scale] = /"scale":\s*([0-9.e+]+)/.exec(state) ?? [];
    console.log(`  the loss's scale after 20 steps: ${scale}`);
    assert.ok(Number(scale) >= 1);
  }
});

test('memory does not grow over 200 steps', async () => {
  const seen = [];
  await train(
    'long',
    { steps: 200, logEvery: 50, optimizer: { name: 'adamw', lr: 0.001 } },
    {
      onStep: ({ step }) => {
        if (step === 50 || step === 150)
          seen.push({ tensors: liveTensors(), ...(deviceMemory(device) ?? {}) });
      },
    },
  );
  console.log(`  after 50 and 150 steps: ${JSON.stringify(seen)}`);
  assert.equal(seen[1].tensors, seen[0].tensors);
  if (seen[0].allocated === undefined) return;
  assert.ok(seen[1].allocated <= seen[0].allocated * 1.05 + 2 ** 20, 'bytes in tensors');
  assert.ok(seen[1].reserved <= seen[0].reserved * 1.5 + 2 ** 25, 'bytes held');
});

test('a GPU’s memory that ends stops the run with a remedy, and the process goes on', {
  skip: !onGpu && 'only GPUs',
}, async () => {
  const ballast = [];
  for (let bytes = 2 ** 34; bytes >= 2 ** 21; bytes /= 2) {
    for (;;) {
      try {
        ballast.push(keep(zeros([bytes], { dtype: 'uint8', device })));
      } catch {
        break;
      }
    }
  }
  try {
    await assert.rejects(train('full', { encoder: { width: 1 }, onMemoryShortage: 'warn' }), (error) => {
      console.log(`  ${error.message.slice(0, 400)}`);
      return error.name === 'UserError' && /memory/.test(error.message) && /--batch-size/.test(error.message);
    });
  } finally {
    for (const one of ballast) one.dispose();
  }
  await train('after-full', { steps: 2 });
});

test('devices that are not there', () => {
  const remedy = /use --device c/;
  const fails = (asked) => {
    assert.throws(
      () => chooseDevice(asked),
      (error) => {
        console.log(`  ${asked}: ${error.message.split('\n').join(' ')}`);
        return remedy.test(error.message + (error.remedy ?? ''));
      },
    );
  };
  if (!cudaAvailable()) fails('cuda');
  fails('cuda:77');
  const rank = process.env.LOCAL_RANK;
  process.env.LOCAL_RANK = '0';
  assert.equal(chooseDevice('auto'), cudaAvailable() ? 'cuda:0' : 'cpu');
  if (rank === undefined) delete process.env.LOCAL_RANK;
  else process.env.LOCAL_RANK = rank;
  console.log(`  ${cudaDevices()} GPUs`);
});

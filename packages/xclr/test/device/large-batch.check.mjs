// Large batches on the device: losses by strips beside whole matrices, batches in chunks beside batches at once, what both take of the
// device's memory, and that neither waits for the device inside a step.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, before, mock, test } from 'node:test';
import { cat, deviceMemory, keep, manualSeed, optim, readLater, scoped, Tensor, tensor } from '@xclr/torch';
import { clipLoss } from '../../dist/losses/clip.js';
import { contrastiveLoss } from '../../dist/losses/contrastive.js';
import { stripClipLoss } from '../../dist/losses/strip-clip.js';
import { stripContrastiveLoss, stripRows } from '../../dist/losses/strips.js';
import { measureStep } from '../../dist/train/measured-step.js';
import { createOptimizer } from '../../dist/train/optimize.js';
import { queueStep } from '../../dist/train/step.js';
import { StepGuard } from '../../dist/train/step-guard.js';
import { viewRecipe } from '../../dist/train/view-recipe.js';
import {
  batchOf,
  device,
  folder,
  methods,
  near,
  normal,
  objectiveOf,
  onGpu,
  place,
  putDataset,
  smallConfig,
} from './support.mjs';

let data;
before(async () => {
  data = await putDataset();
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** (n) small numbers on the device: similarities of rows i and j are made from the i-th and the j-th. */
const concepts = (n) => tensor(Float32Array.from({ length: n }, (_, i) => i % 37)).to({ device });
/** Some rows of a graph, (r, n): more similar the nearer two concepts are, never above a distance of 30. */
const someRows =
  (of) =>
  ({ start, end }) =>
    scoped(() => {
      const apart = of
        .narrow(0, start, end - start)
        .unsqueeze(1)
        .sub(of)
        .abs(); // (r, n)
      return apart.mul(-0.3).maskedFill_(apart.gt(30), Number.NEGATIVE_INFINITY);
    });

/** Loss and gradients of some leaves by a function of them. */
function slopesOf(leaves, lossOf) {
  const inputs = leaves.map((one) => one.detach().clone().requiresGrad_());
  const loss = lossOf(...inputs);
  loss.backward();
  return [loss, ...inputs.map(({ grad }) => grad)];
}

for (const [n, tile] of [
  [512, 512],
  [513, 64],
  [777, 100],
]) {
  test(`the contrastive loss of ${n} views by strips of ${tile} is that of the whole matrix`, () =>
    scoped(() => {
      const z = normal([n, 64], 3).to({ device });
      const rowsOf = someRows(concepts(n));
      const got = slopesOf([z], (one) => stripContrastiveLoss(one, rowsOf, { tile }));
      const expected = slopesOf([z.to({ dtype: 'float64' })], (one) =>
        contrastiveLoss(one, rowsOf({ start: 0, end: n })),
      );
      near('loss', got[0], expected[0], { relative: 1e-5 });
      near('gradient', got[1], expected[1], { relative: 1e-4 });
    }));
}

test("CLIP's loss by strips is that of the whole matrix, its scale's gradient too", () =>
  scoped(() => {
    const leaves = [normal([385, 64], 1), normal([385, 64], 2), tensor(10)].map((one) => one.to({ device }));
    const got = slopesOf(leaves, (x, t, s) => stripClipLoss(x, t, s, { tile: 100 }));
    const expected = slopesOf(
      leaves.map((one) => one.to({ dtype: 'float64' })),
      clipLoss,
    );
    ['loss', 'gradient of images', 'gradient of captions', 'gradient of the scale'].forEach((what, i) => {
      near(what, got[i], expected[i], { relative: 1e-4 });
    });
  }));

test(
  'the loss of 65,536 views and its gradient take little of the device’s memory',
  {
    skip: !onGpu && 'only GPUs',
  },
  () =>
    scoped(() => {
      const n = 65_536;
      const z = normal([n / 16, 128], 5).to({ device }); // repeated: numbers do not matter
      const rowsOf = someRows(concepts(n));
      const all = cat(
        Array.from({ length: 16 }, () => z),
        { dim: 0 },
      ); // (n, 128)
      const step = () =>
        scoped(() => void slopesOf([all], (one) => stripContrastiveLoss(one, rowsOf))[0].item());
      const before = deviceMemory(device)?.allocated ?? 0;
      step();
      const began = performance.now();
      step();
      const ms = performance.now() - began;
      const { peak } = deviceMemory(device) ?? { peak: 0 };
      console.log(
        `  ${stripRows(n)} rows a strip; ${ms.toFixed(0)} ms; at most ${((peak - before) / 2 ** 20).toFixed(0)} MiB beside the embeddings (the whole matrix alone has ${(4 * n * n) / 2 ** 20} MiB)`,
      );
      assert.ok(peak - before < 2 ** 30);
    }),
);

/** A learner on the device, and what a step needs. */
async function prepared(name, changes) {
  const config = smallConfig(data, 'unused', { ...methods(data)[name], batchSize: 8, ...changes });
  const objective = await objectiveOf(config, place);
  manualSeed(11);
  const learner = objective.createLearner();
  learner.model.train();
  const optimizer = createOptimizer(learner.model, config);
  if (!onGpu) optimizer.fused = 'always'; // as on a GPU
  const setup = { config, device: place, recipe: viewRecipe(config.views), views: objective.views };
  return {
    setup: { ...setup, learner, optimizer },
    [Symbol.dispose]() {
      optimizer.dispose();
      learner.model.dispose();
      objective[Symbol.dispose]();
    },
  };
}

/** An encoder and a projector without batch normalization, which chunks would change. */
const plain = {
  encoder: { name: 'vit_tiny_patch16_224', stem: 'small', width: 1 },
  projector: { layers: 1 },
};

/** Loss, gradient norm, first and last gradient of a batch. */
async function measured(name, changes) {
  const made = await prepared(name, changes);
  const { setup } = made;
  const got = scoped(() => {
    const { loss, lastPass } = measureStep(setup, batchOf(8), 0);
    lastPass(loss).backward();
    const { model } = setup.learner;
    const gradients = model
      .parameters()
      .map((one) => one.grad)
      .filter((one) => one !== null && one.numel > 1);
    return [loss, optim.gradNorm(model.parameters()), gradients[0], gradients.at(-1)].map((one) =>
      keep(one.detach().to({ device: 'cpu', copy: true })),
    );
  });
  made[Symbol.dispose]();
  return got;
}

// On the CPU the unit tests have all of them, and here one shows that the check works.
for (const name of onGpu ? ['xclr', 'simclr', 'clip', 'supervised'] : ['clip']) {
  test(`${name}: chunks of 3 and strips come to what the batch at once comes to`, async () => {
    const expected = await measured(name, { ...plain, loss: { strips: 'off' } });
    for (const changes of [{ loss: { strips: 'on' } }, { chunkSize: 3, loss: { strips: 'on' } }]) {
      const got = await measured(name, { ...plain, ...changes });
      const how = changes.chunkSize === undefined ? 'strips' : 'strips and chunks';
      near(`${how}, loss`, got[0], expected[0], { relative: 1e-5 });
      near(`${how}, gradient norm`, got[1], expected[1], { relative: 1e-4 });
      near(`${how}, gradient of the first weight`, got[2], expected[2], { relative: 1e-3, absolute: 1e-7 });
      near(`${how}, gradient of the last weight`, got[3], expected[3], { relative: 1e-3, absolute: 1e-7 });
      for (const one of got) one.dispose();
    }
    for (const one of expected) one.dispose();
  });
}

/** Every way in which a value comes back from the device. */
const reads = ['item', 'toArray', 'copyTo'];

/** About a second and a half of work that the device has to do before anything else; nothing on the CPU. */
function occupy() {
  if (!onGpu) return null;
  return scoped(() => {
    let product = normal([4096, 4096], 9, { scale: 1 / 64 }).to({ device });
    for (let i = 0; i < 400; i++) product = product.matmul(product).div_(8);
    return readLater(product.select(0, 0).select(0, 0));
  });
}

const quiet = { optimizer: { name: 'lars', lr: 0.01 } }; // needs no fused kernel, which not every LibTorch has for the CPU
for (const [what, changes] of Object.entries({
  'at once': {},
  'by strips': { loss: { strips: 'on' } },
  'in chunks': { chunkSize: 3 },
  'by strips and in chunks': { chunkSize: 3, loss: { strips: 'on' } },
  'of CLIP by strips and in chunks': { ...methods({}).clip, chunkSize: 3, loss: { strips: 'on' } },
})) {
  test(`a step ${what} waits for nothing`, async () => {
    const made = await prepared('xclr', { ...quiet, ...changes });
    const guard = new StepGuard(place);
    const setup = { ...made.setup, guard };
    const step = () => queueStep(setup, batchOf(8), { statistics: true });
    for (let i = 0; i < 3; i++) step().read(); // cuDNN has chosen, and memory is there
    const spies = reads.map((name) => mock.method(Tensor.prototype, name));
    const busy = occupy();
    const began = performance.now();
    const queued = step();
    const asked = performance.now() - began;
    // The state of a generator, which a chunk keeps, is bytes of the CPU's memory wherever the generator is.
    const read = spies.flatMap(({ mock: { calls } }) => calls.map((call) => call.this));
    const inside = read.filter(({ dtype }) => dtype !== 'uint8').length;
    for (const spy of spies) spy.mock.restore();
    busy?.numbers();
    const waited = performance.now() - began - asked;
    queued.read();
    console.log(
      `  asked for in ${asked.toFixed(0)} ms, ${inside} values read meanwhile; the device was busy for ${waited.toFixed(0)} ms more`,
    );
    assert.equal(inside, 0);
    // A step that waited would have found the device idle.
    if (onGpu) assert.ok(waited > asked, 'it returned long before the device came to it');
    guard[Symbol.dispose]();
    made[Symbol.dispose]();
  });
}

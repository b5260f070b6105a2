// node bench/processes.mjs [IMAGES] [STEPS]: the same steps in no world, and in two processes that have half of the images each: processor
// seconds a step over all processes, and what each hands over. A world of one process is no world: nothing is asked of anybody
// (packages/torch/src/distributed/environment.ts), so that there is nothing to measure.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { distributed, manualSeed, scoped, setNumThreads } from '../packages/torch/dist/index.js';
import { resolveTrainConfig } from '../packages/xclr/dist/train/config.js';
import { createObjective } from '../packages/xclr/dist/train/objectives/index.js';
import { createOptimizer } from '../packages/xclr/dist/train/optimize.js';
import { trainStep } from '../packages/xclr/dist/train/step.js';
import { viewRecipe } from '../packages/xclr/dist/train/view-recipe.js';
import { SharedWorld } from '../packages/xclr/dist/train/world/shared-world.js';
import { alone } from '../packages/xclr/dist/train/world/world.js';

const [images = '128', count = '6'] = process.argv.slice(2);
const total = Number(images);
const steps = Number(count);

if (process.env.WORLD_SIZE === undefined) {
  for (const size of [1, 2]) {
    const port = await freePort();
    const ends = await Promise.all(Array.from({ length: size }, (_, rank) => run(size, rank, port)));
    const sum = (key) => ends.reduce((all, end) => all + end[key], 0);
    const { seconds, messages, bytes } = ends[0];
    console.log(
      `${size === 1 ? 'one process' : `${size} processes`}, ${total} images a step in all: ${sum('processors').toFixed(2)} s of processors a step over all, ${seconds.toFixed(2)} s a step, ${messages} messages and ${(bytes / 2 ** 20).toFixed(1)} MiB a step from each`,
    );
  }
} else console.log(JSON.stringify(await measured()));

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return String(port);
}

async function run(size, rank, port) {
  const place = { RANK: String(rank), WORLD_SIZE: String(size), MASTER_ADDR: '127.0.0.1', MASTER_PORT: port };
  const local = { LOCAL_RANK: String(rank), LOCAL_WORLD_SIZE: String(size), OMP_NUM_THREADS: '1' };
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), images, count], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...place, ...local },
  });
  let out = '';
  for await (const chunk of child.stdout) out += chunk;
  return JSON.parse(out);
}

async function measured() {
  const place = distributed.placeOf();
  const group = place === null ? null : await distributed.Group.meet(place);
  await group?.connect({});
  const [rank, size] = [group?.rank ?? 0, group?.size ?? 1];
  const b = total / size;
  const side = 64;
  setNumThreads(1);
  manualSeed(0);
  const config = resolveTrainConfig({
    base: {
      ...{ data: { path: 'made up' }, method: 'simclr', batchSize: b, steps },
      ...{ encoder: { name: 'resnet18' }, views: { size: side }, optimizer: { name: 'adamw', lr: 0.001 } },
    },
  });
  const objective = await createObjective({
    ...{
      config,
      device: 'cpu',
      dataset: { samples: Array.from({ length: total }, () => ({})) },
      runFolder: '.',
    },
    ...{ training: Int32Array.from({ length: total }, (_, i) => i), validation: new Int32Array() },
    ...{ processes: size, onNotice: () => undefined },
  });
  const learner = objective.createLearner();
  const optimizer = createOptimizer(learner.model.train(), config);
  const world = group === null ? alone : new SharedWorld(group, { most: 2 * b });
  world.begin({ model: learner.model, optimizer, components: {} });
  const own = Int32Array.from({ length: b }, (_, i) => i * size + rank);
  const batch = {
    indices: own,
    images: Array.from(own, (image) => ({
      pixels: Uint8Array.from({ length: side * side * 3 }, (_, i) => ((i + image) * 2_654_435_761) >>> 24),
      ...{ width: side, height: side, channels: 3, aspect: 1 },
    })),
    position: { epoch: 0 },
  };
  const setup = {
    ...{ config, device: 'cpu', recipe: viewRecipe(config.views), views: objective.views },
    ...{ learner, optimizer, world },
  };
  const step = () => scoped(() => void trainStep(setup, batch));
  for (let i = 0; i < 2; i++) step(); // the order of the gradients, the optimizer's state
  const [before, began, used] = [world.traffic(), performance.now(), process.cpuUsage()];
  for (let i = 0; i < steps; i++) step();
  const [after, { user, system }] = [world.traffic(), process.cpuUsage(used)];
  const result = {
    seconds: (performance.now() - began) / 1000 / steps,
    processors: (user + system) / 1e6 / steps,
    messages: (after.messages - before.messages) / steps,
    bytes: (after.bytes - before.bytes) / steps,
  };
  await group?.[Symbol.asyncDispose]();
  return result;
}

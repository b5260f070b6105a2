// Our side of bench/processes.mjs: one process of a world of one or two. Arguments: images a step in all, steps, precision. Prints a line of JSON.
import { distributed, manualSeed, scoped, setNumThreads } from '../../packages/torch/dist/index.js';
import { resolveTrainConfig } from '../../packages/xclr/dist/train/config.js';
import { createObjective } from '../../packages/xclr/dist/train/objectives/index.js';
import { createOptimizer } from '../../packages/xclr/dist/train/optimize.js';
import { trainStep } from '../../packages/xclr/dist/train/step.js';
import { viewRecipe } from '../../packages/xclr/dist/train/view-recipe.js';
import { SharedWorld } from '../../packages/xclr/dist/train/world/shared-world.js';
import { alone } from '../../packages/xclr/dist/train/world/world.js';

const [images, count, precision] = process.argv.slice(2);
const total = Number(images);
const steps = Number(count);

console.log(JSON.stringify(await measured()));

async function measured() {
  const place = distributed.placeOf();
  const group = place === null ? null : await distributed.Group.meet(place);
  await group?.connect({});
  const [rank, size] = [group?.rank ?? 0, group?.size ?? 1];
  const b = total / size;
  const side = 64;
  setNumThreads(Number(process.env.OMP_NUM_THREADS));
  manualSeed(0);
  const config = resolveTrainConfig({
    base: {
      ...{ data: { path: 'made up' }, method: 'simclr', batchSize: b, steps, precision },
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

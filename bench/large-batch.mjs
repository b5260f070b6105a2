// node bench/large-batch.mjs IMAGES [CHUNK|none] [STEPS] [kept|recomputed] [ENCODER] [SIDE] [PRECISION]: a training step, of a ResNet-18 at
// 64 px where nothing else is said (SimCLR's graph, AdamW, images that are made up), all at once or in chunks, with what is inside residual
// blocks kept or made again; a process a case, as the most memory that a process ever had is its own. Prints seconds, processor seconds, and
// MiB at the most; the first step, which warms up, is left out of the times where there are more.
import { readFileSync } from 'node:fs';
import { manualSeed, scoped, setNumThreads } from '../packages/torch/dist/index.js';
import { resolveTrainConfig } from '../packages/xclr/dist/train/config.js';
import { createObjective } from '../packages/xclr/dist/train/objectives/index.js';
import { createOptimizer } from '../packages/xclr/dist/train/optimize.js';
import { trainStep } from '../packages/xclr/dist/train/step.js';
import { viewRecipe } from '../packages/xclr/dist/train/view-recipe.js';

const [
  images = '256',
  chunk = 'none',
  rounds = '2',
  blocks = 'kept',
  name = 'resnet18',
  pixels = '64',
  precision = 'auto',
] = process.argv.slice(2);
const b = Number(images);
const side = Number(pixels);
setNumThreads(Number(process.env.OMP_NUM_THREADS ?? 2));
manualSeed(0);
const config = resolveTrainConfig({
  base: {
    ...{ data: { path: 'made up' }, method: 'simclr', batchSize: b, steps: 1 },
    ...{
      chunkSize: chunk === 'none' ? null : Number(chunk),
      ...{ encoder: { name }, checkpointActivations: blocks === 'recomputed', precision },
      views: { size: side },
    },
    optimizer: { name: 'adamw', lr: 0.001 },
  },
});
const objective = await createObjective({
  ...{ config, device: 'cpu', dataset: { samples: Array.from({ length: b }, () => ({})) }, runFolder: '.' },
  training: Int32Array.from({ length: b }, (_, i) => i),
  validation: new Int32Array(),
  onNotice: () => undefined,
});
const learner = objective.createLearner();
const optimizer = createOptimizer(learner.model.train(), config);
const batch = {
  indices: Int32Array.from({ length: b }, (_, i) => i),
  images: Array.from({ length: b }, (_, image) => ({
    pixels: Uint8Array.from({ length: side * side * 3 }, (_, i) => ((i + image) * 2_654_435_761) >>> 24),
    ...{ width: side, height: side, channels: 3, aspect: 1 },
  })),
  position: { epoch: 0 },
};
const setup = {
  config,
  device: 'cpu',
  recipe: viewRecipe(config.views),
  views: objective.views,
  learner,
  optimizer,
};
const peak = () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024;
for (let step = 0; step < Number(rounds); step++) {
  const [began, used] = [performance.now(), process.cpuUsage()];
  const { loss } = scoped(() => trainStep(setup, batch));
  const { user, system } = process.cpuUsage(used);
  const seconds = ((performance.now() - began) / 1000).toFixed(2);
  const note = step === 0 && Number(rounds) > 1 ? ' (warms up)' : '';
  console.log(
    `${name} at ${side} px, ${b} images, chunk ${chunk}, blocks ${blocks}: loss ${loss.toFixed(4)}, ${seconds} s, ${((user + system) / 1e6).toFixed(2)} s of processors, ${peak().toFixed(0)} MiB at the most${note}`,
  );
}

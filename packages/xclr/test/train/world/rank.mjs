// One of several processes: the gradients of every method in a world of several, beside those of one process that has all
// samples, and weights after some steps; prints how far they are apart as JSON. RANK, WORLD_SIZE, … are set.
import { createHash } from 'node:crypto';
import { cat, distributed, liveTensors, manualSeed, nn, randn, scoped } from '@xclr/torch';
import { openDataset } from '../../../dist/data/index.js';
import { resolveTrainConfig } from '../../../dist/train/config.js';
import { measureStep } from '../../../dist/train/measured-step.js';
import { createObjective, measure } from '../../../dist/train/objectives/index.js';
import { createOptimizer } from '../../../dist/train/optimize.js';
import { trainStep } from '../../../dist/train/step.js';
import { WeightAverage } from '../../../dist/train/weight-average.js';
import { joinedValues } from '../../../dist/train/world/joined-values.js';
import { SharedWorld } from '../../../dist/train/world/shared-world.js';
import { alone } from '../../../dist/train/world/world.js';

const [manifest, folder, methods, dtype] = process.argv.slice(2);
const place = distributed.placeOf();
const group = await distributed.Group.meet(place);
await group.connect({});
const { rank, size } = group;
const b = 4;
const total = size * b;
const allIds = Int32Array.from({ length: total }, (_, i) => 5 * (i % 8) + Math.floor(i / 8));
// As the sampler divides them: every size-th.
const places = Array.from({ length: b }, (_, i) => i * size + rank);
const ownIds = Int32Array.from(places, (at) => allIds[at]);

const results = {};
for (const name of methods.split(',')) {
  const [method, addition] = name.split('+');
  const kind = { simclr: 'identity', supcon: 'labels', supervised: 'labels', clip: 'identity' }[method];
  const config = resolveTrainConfig({
    base: {
      run: folder,
      data: { path: manifest },
      encoder: { name: 'resnet18', stem: 'small', width: 0.125 },
      views: { size: 32, recipe: 'light' },
      graph: kind === undefined ? { kind: 'text', encoder: 'wordnet', temperature: 0.1 } : { kind },
      optimizer: { name: 'adamw', lr: 0.001 },
      ...{ method, batchSize: b, steps: 1, precision: 'float32', threads: 1, workers: 1 },
      ...(addition === 'prototypes' && { loss: { prototypes: { weight: 0.5, sampled: 6 } } }),
      ...(addition === 'recomputed' && {
        checkpointActivations: true,
        views: { size: 32, recipe: 'multicrop' },
      }),
      ...(method === 'clip' && { textTower: { width: 32, heads: 2, layers: 1, vocabulary: 514 } }),
    },
  });
  manualSeed(7);
  const objective = await createObjective({
    ...{ config, dataset: await openDataset(manifest), processes: size, device: 'cpu' },
    training: Int32Array.from({ length: 40 }, (_, i) => i),
    validation: new Int32Array(),
    onNotice: () => undefined,
    runFolder: `${folder}/rank-${rank}`,
  });
  const { views } = objective;
  const learner = objective.createLearner();
  const model = learner.model.to({ dtype }).train();
  if (method === 'clip-frozen') {
    const { text } = model; // frozen vectors are float32 whatever the rest
    text.call = (vectors) => Object.getPrototypeOf(text).call.call(text, vectors.to({ dtype }));
  }
  if (addition === 'frozen') for (const one of model.encoder.parameters()) one.requiresGrad_(false);
  if (addition === 'unused') model.unused = new nn.Linear(3, 2); // last: its gradient is waited for first
  const optimizer = createOptimizer(model, config);
  const names = [...model.namedParameters().keys()];
  const gradients = () =>
    names.map((name) => model.namedParameters().get(name).grad?.to({ dtype: 'float64', copy: true }) ?? null);
  const norm = (list) =>
    Math.sqrt(list.reduce((sum, one) => sum + (one === null ? 0 : one.square().sum().item()), 0));
  /** One process with all samples, beside this one with its own, at once or in chunks. */
  const apart = (chunkSize) =>
    scoped(() => {
      const all = randn([views, total, 3, 32, 32], { dtype }); // view-major
      const ownOf = (views) =>
        cat(
          places.map((at) => views.narrow(1, at, 1)),
          { dim: 1 },
        ).flatten({ startDim: 0, endDim: 1 }); // (v·b, 3, s, s)
      // Smaller crops go through the network in a pass of their own.
      const crops = addition === 'recomputed' ? [randn([6, total, 3, 16, 16], { dtype })] : [];
      const both = [all, ...crops];
      const once = measure(learner, {
        sizes: both.map((one) => one.flatten({ startDim: 0, endDim: 1 })),
        own: allIds,
        epoch: 0,
        ...alone.join(allIds),
      });
      once.loss.backward();
      const expected = gradients();
      const statistics = once.statistics();
      const wanted = statistics.read(statistics.sums?.toNumbers() ?? []);
      model.zeroGrad();
      const world = new SharedWorld(group, { most: 2 * b });
      world.begin({ model, optimizer, components: {} });
      const setup = { config: { ...config, chunkSize }, device: 'cpu', recipe: null, views, learner, world };
      let joined;
      for (let step = 0; step < 2; step++) {
        model.zeroGrad();
        const sizes = both.map((one) => ownOf(one)); // disposed of by the step
        const measured = measureStep(setup, { indices: ownIds, images: [], sizes }, 0);
        world.backward(measured.lastPass(world.part(measured.loss)), measured.afterLastPass);
        joined = joinedValues(world, measured, measured.statistics());
      }
      const got = gradients();
      const scale = names.indexOf('logit_scale');
      const read = joined.statistics.read(joined.statistics.sums?.toNumbers() ?? []);
      const result = {
        apart: norm(got.map((one, i) => (one === null ? null : one.sub(expected[i])))) / norm(expected),
        loss: Math.abs(joined.loss.item() - once.loss.item()),
        missing: got.filter((one, i) => (one === null) !== (expected[i] === null)).length,
        statistics: Math.max(...Object.keys(read).map((key) => Math.abs(read[key] - wanted[key]))),
        ...(scale >= 0 && {
          scale: got[scale].sub(expected[scale]).abs().item() / expected[scale].abs().item(),
        }),
      };
      model.zeroGrad();
      world[Symbol.dispose]();
      return result;
    });
  /** Checksums of the weights and of their average after so many steps, and whether the frozen ones are what they were. */
  const trained = (steps) => {
    const bytesOf = (tensors) =>
      scoped(() => Buffer.concat(tensors.map((one) => Buffer.from(one.detach().toArray().buffer))));
    const digest = (tensors) => createHash('sha256').update(bytesOf(tensors)).digest('hex');
    const frozen = () => model.parameters().filter(({ requiresGrad }) => !requiresGrad);
    const [before, first] = [digest(frozen()), digest(model.parameters())];
    const world = new SharedWorld(group, { most: 2 * b });
    const average = new WeightAverage(model, 0.9);
    world.begin({ model, average, optimizer, components: {} });
    const setup = { config, device: 'cpu', recipe: null, views, learner, optimizer, world };
    for (let step = 1; step <= steps; step++) {
      scoped(() => {
        const sizes = [randn([views * b, 3, 32, 32], { dtype }).add(rank)]; // other images on each rank
        trainStep(setup, { indices: ownIds, images: [], sizes, position: { epoch: 0 } });
      });
      average.follow(step);
    }
    const result = {
      weights: digest([...model.stateDict().values()]),
      averages: digest([...average.values()]),
      moved: digest(model.parameters()) !== first,
      frozenMoved: digest(frozen()) !== before,
    };
    average[Symbol.dispose]();
    world[Symbol.dispose]();
    return result;
  };
  results[name] = apart(null);
  if (['simclr', 'simclr+frozen', 'simclr+unused'].includes(name)) results[`${name} trained`] = trained(20);
  // Chunks are normalized by their own statistics: without these they are exact.
  for (const module of model.namedModules().values())
    if (module instanceof nn.BatchNorm1d || module instanceof nn.BatchNorm2d) module.eval();
  results[`${name} in chunks`] = apart(2);
  model.dispose();
  optimizer.dispose();
  objective[Symbol.dispose]();
}
await group[Symbol.asyncDispose]();
console.log(JSON.stringify({ ...results, leaked: liveTensors() }));

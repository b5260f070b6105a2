// One step of every method on the device beside the CPU: views, loss, gradients, and the weights after the step.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { keep, manualSeed, optim, scoped } from '@xclr/torch';
import { measureBatch } from '../../dist/train/measured-step.js';
import { createOptimizer } from '../../dist/train/optimize.js';
import { queueStep, trainStep } from '../../dist/train/step.js';
import { StepGuard } from '../../dist/train/step-guard.js';
import { viewRecipe } from '../../dist/train/view-recipe.js';
import {
  batchOf,
  folder,
  methods,
  near,
  objectiveOf,
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

const batch = batchOf(8);

/** A learner on a device, and what a step needs. */
async function prepared(name, on, changes = {}) {
  const config = smallConfig(data, 'unused', { ...methods(data)[name], ...changes });
  const objective = await objectiveOf(config, on);
  manualSeed(11);
  const learner = objective.createLearner();
  learner.model.train();
  const optimizer = createOptimizer(learner.model, config);
  const setup = {
    config,
    device: on,
    recipe: viewRecipe(config.views),
    views: objective.views,
    learner,
    optimizer,
  };
  return {
    setup,
    [Symbol.dispose]() {
      optimizer.dispose();
      learner.model.dispose();
      objective[Symbol.dispose]();
    },
  };
}

/** Loss and gradients of one batch. */
async function measured(name, on) {
  const made = await prepared(name, on);
  const { setup } = made;
  return scoped(() => {
    const { loss } = measureBatch(setup, batch, 0);
    loss.backward();
    const { model } = setup.learner;
    const norm = optim.gradNorm(model.parameters());
    const gradients = [...model.namedParameters()]
      .map(([, one]) => one.grad)
      .filter((one) => one !== null && one.numel > 1);
    const [first, last] = [gradients[0], gradients.at(-1)];
    return [loss, norm, first, last].map((one) => keep(one.detach().to({ device: 'cpu', copy: true })));
  });
}

for (const name of ['xclr', 'simclr', 'supcon', 'clip', 'clip-frozen', 'supervised']) {
  test(`${name}: loss and gradients`, async () => {
    const [expected, got] = [await measured(name, 'cpu'), await measured(name, place)];
    near(`${name}, loss`, got[0], expected[0], { relative: 2e-5 });
    near(`${name}, gradient norm`, got[1], expected[1], { relative: 2e-3 });
    near(`${name}, gradient of the first weight`, got[2], expected[2], { relative: 1e-2 });
    near(`${name}, gradient of the last weight`, got[3], expected[3], { relative: 2e-3, absolute: 1e-6 });
    for (const one of [...expected, ...got]) one.dispose();
  });
}

for (const recipe of ['light', 'simclr', 'emoji', 'randaugment', 'multicrop']) {
  test(`views of ${recipe} are the same wherever the model is`, async () => {
    const of = async (on) => {
      const made = await prepared('simclr', on, { views: { size: 32, recipe } });
      const { setup } = made;
      let views;
      const seeing = {
        model: setup.learner.model,
        embed({ sizes }) {
          views = sizes.map((one) => keep(one.to({ device: 'cpu', copy: true })));
          return [];
        },
        compare: () => undefined,
      };
      scoped(() => void measureBatch({ ...setup, learner: seeing }, batch, 0));
      return views;
    };
    const [expected, got] = [await of('cpu'), await of(place)];
    expected.forEach((one, i) => {
      same(`${recipe}, views of size ${one.shape[2]}`, got[i], one);
    });
    for (const one of [...expected, ...got]) one.dispose();
  });
}

test('a queued step comes to what a step that is read at once comes to', async () => {
  const of = async (queued) => {
    const made = await prepared('xclr', place, { clipGradNorm: 0.5 });
    const { setup } = made;
    const guard = new StepGuard(place);
    const results = [];
    for (let step = 0; step < 3; step++) {
      results.push(
        queued
          ? queueStep({ ...setup, guard }, batch, { statistics: true })
          : trainStep(setup, batch, { statistics: true }),
      );
    }
    const read = queued ? results.map((one) => one.read()) : results;
    return {
      read,
      weights: keep(
        scoped(() => setup.learner.model.parameters()[0].detach().to({ device: 'cpu', copy: true })),
      ),
    };
  };
  const [now, later] = [await of(false), await of(true)];
  now.read.forEach((one, i) => {
    for (const key of ['loss', 'gradNorm'])
      near(`step ${i + 1}, ${key}`, [later.read[i][key]], [one[key]], { relative: 1e-3 });
    near(`step ${i + 1}, entropy`, [later.read[i].statistics.targetEntropy], [one.statistics.targetEntropy], {
      relative: 1e-5,
    });
  });
  near('weights', later.weights, now.weights, { relative: 1e-4 });
  now.weights.dispose();
  later.weights.dispose();
});

test('a step that is not finite changes no weight, nor do those after it, and its reading stops the run', async () => {
  const made = await prepared('xclr', place);
  const { setup } = made;
  const { learner, optimizer } = setup;
  const guard = new StepGuard(place);
  let broken = false;
  const breaking = {
    model: learner.model,
    embed: (views) => learner.embed(views),
    compare(...embedded) {
      const measured = learner.compare(...embedded);
      return broken ? { ...measured, loss: measured.loss.mul(Number.NaN) } : measured;
    },
  };
  const stepSetup = { ...setup, learner: breaking, optimizer, guard };
  const weights = () =>
    scoped(() =>
      learner.model.parameters().map((one) => keep(one.detach().to({ device: 'cpu', copy: true }))),
    );
  queueStep(stepSetup, batch).read();
  const before = weights();
  broken = true;
  const bad = queueStep(stepSetup, batch);
  broken = false;
  const next = queueStep(stepSetup, batch);
  assert.throws(() => bad.read(), /the loss became NaN; stopped before the weights were changed/);
  const got = weights();
  before.forEach((one, i) => {
    if (i % 10 === 0) same(`weight ${i}`, got[i], one);
  });
  for (const one of [...before, ...got]) one.dispose();
  void next;
});

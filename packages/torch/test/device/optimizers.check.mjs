// Optimizers, clipping, skipped steps and the scaled loss on the device beside the CPU.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildInfo, keep, nn, optim, scoped, stack, tensor, zeros } from '../../dist/index.js';
import { device, near, normal, onGpu, same } from './support.mjs';

const shapes = [[8, 4, 3, 3], [16, 8], [16], [1, 8, 1, 1]];

function parametersOn(place) {
  return shapes.map((shape, i) => {
    const made = normal(shape, i + 1).to({
      device: place,
      ...(shape.length === 4 && { memoryFormat: 'channels_last' }),
    });
    return nn.parameter(made);
  });
}

/** Sets the gradients of a step. */
function giveGradients(params, step, place) {
  params.forEach((param, i) => {
    const grad = normal(shapes[i], 100 * step + i, { scale: 0.1 }).to({ device: place });
    param.setGrad(shapes[i].length === 4 ? grad.to({ memoryFormat: 'channels_last' }) : grad);
  });
}

const optimizers = {
  'sgd, no momentum': (params) => new optim.SGD({ params }, { lr: 0.1, weightDecay: 0.01 }),
  'sgd, momentum': (params) => new optim.SGD({ params }, { lr: 0.1, momentum: 0.9, weightDecay: 0.01 }),
  'sgd, nesterov': (params) => new optim.SGD({ params }, { lr: 0.1, momentum: 0.9, nesterov: true }),
  lars: (params) => new optim.LARS({ params }, { lr: 0.5, momentum: 0.9, weightDecay: 1e-3 }),
  adamw: (params) => new optim.AdamW({ params }, { lr: 0.01, weightDecay: 0.05 }),
};

/** Steps on a place; `skips` gives 0 or 1 for each, or is null. */
function stepped(make, place, { steps = 5, skips = null, fused = 'auto', broken = [] } = {}) {
  const params = parametersOn(place);
  const optimizer = make(params);
  optimizer.fused = fused;
  for (let step = 0; step < steps; step++) {
    scoped(() => {
      giveGradients(params, step, place);
      if (broken.includes(step)) params[0].setGrad(params[0].mul(Number.NaN).detach());
      if (skips === null) optimizer.step();
      else optimizer.step({ skip: tensor(skips[step], { device: place }) });
      optimizer.zeroGrad();
    });
  }
  const { scalars } = optimizer.stateDict();
  const weights = params.map((param) => keep(param.detach().to({ device: 'cpu', copy: true })));
  for (const param of params) param.dispose();
  return {
    weights,
    steps: scalars.steps,
    [Symbol.dispose]: () =>
      weights.forEach((one) => {
        one.dispose();
      }),
  };
}

for (const [name, make] of Object.entries(optimizers)) {
  test(`${name}: five steps`, () => {
    const expected = stepped(make, 'cpu');
    const got = stepped(make, device);
    shapes.forEach((shape, i) => {
      near(`${name} (${shape})`, got.weights[i], expected.weights[i], { relative: 2e-6 });
    });
  });

  test(`${name}: a step that the device leaves out changes nothing, NaN or not, and is not counted`, () => {
    // Gradients belong to the step's number, so the comparison has the same ones where both step.
    const got = stepped(make, device, { steps: 4, skips: [0, 0, 1, 1], broken: [2] });
    const expected = stepped(make, device, { steps: 2, skips: [0, 0] });
    shapes.forEach((shape, i) => {
      same(`${name} (${shape})`, got.weights[i], expected.weights[i]);
    });
    assert.deepEqual(got.steps, expected.steps);
  });
}

const [major, minor] = buildInfo().builtFor.split('.').map(Number);
/** LibTorch has fused kernels and scaling for CUDA, and from 2.4 on for the CPU. */
const complete = major > 2 || (major === 2 && minor >= 4) || onGpu;

test('the fused kernels make the same steps as the operations one after another', { skip: !complete }, () => {
  for (const name of ['sgd, no momentum', 'sgd, momentum', 'sgd, nesterov', 'adamw']) {
    const fused = stepped(optimizers[name], device, { fused: 'always' });
    const each = stepped(optimizers[name], device, { fused: 'never' });
    shapes.forEach((shape, i) => {
      near(`${name} fused (${shape})`, fused.weights[i], each.weights[i], { relative: 2e-6 });
    });
    const left = stepped(optimizers[name], device, {
      fused: 'always',
      steps: 4,
      skips: [0, 1, 0, 1],
      broken: [1, 3],
    });
    assert.deepEqual(
      left.steps,
      shapes.map(() => 2),
    );
    assert.ok(
      left.weights.every((one) => one.isfinite().all().item() === 1),
      `${name}: NaN in a step that is left out`,
    );
  }
});

test('the gradient’s norm, and clipping by a factor that stays on the device', () => {
  const of = (place) =>
    scoped(() => {
      const params = parametersOn(place);
      giveGradients(params, 1, place);
      const norm = optim.gradNorm(params);
      optim.scaleGradients(params, optim.clipFactorTensor(norm, 0.5));
      const values = [norm, ...params.map((param) => param.grad.flatten())].map((one) =>
        one.to({ device: 'cpu', copy: true }),
      );
      for (const param of params) param.dispose();
      return values;
    });
  const [expected, got] = [of('cpu'), of(device)];
  got.forEach((one, i) => {
    near(i === 0 ? 'norm' : `clipped gradient ${i}`, one, expected[i], { relative: 1e-6 });
  });
  for (const one of [...expected, ...got]) one.dispose();
});

test(
  'the scaled loss: gradients divided, an overflow seen, the scale halved and doubled',
  { skip: !complete },
  () =>
    scoped(() => {
      const params = parametersOn(device);
      giveGradients(params, 1, device);
      const before = stack(params.map((param) => param.grad.sum())).toNumbers();
      const scale = tensor([4], { device });
      const steady = zeros([1], { dtype: 'int32', device });
      const fine = optim.unscaleGradients(params, scale);
      optim.updateScale_(scale, steady, fine, { growthInterval: 1 });
      const after = stack(params.map((param) => param.grad.sum())).toNumbers();
      near(
        'gradients over 4',
        after.map((value) => 4 * value),
        before,
        { relative: 1e-6 },
      );
      assert.deepEqual([fine.toNumbers(), scale.toNumbers()], [[0], [8]]);
      params[0].setGrad(params[0].mul(Number.POSITIVE_INFINITY).detach());
      const overflow = optim.unscaleGradients(params, scale);
      optim.updateScale_(scale, steady, overflow, { growthInterval: 1 });
      assert.deepEqual([overflow.toNumbers(), scale.toNumbers()], [[1], [4]]);
      for (const param of params) param.dispose();
    }),
);

// Collectives on the device: which library moves its tensors, and what a group of one process makes of them. Several processes on one
// GPU are refused by NCCL, so that nothing is exchanged here.
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, before, test } from 'node:test';
import { distributed, nn, scoped } from '../../dist/index.js';
import { device, near, normal, onGpu, same } from './support.mjs';

let group;
before(async () => {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  group = await distributed.Group.meet({
    ...{ rank: 0, size: 1, localRank: 0, localSize: 1, host: '127.0.0.1', port },
    ...{ launcher: 'this check', restart: 0, served: false },
  });
  await group.connect({});
});
after(() => group[Symbol.asyncDispose]());

test('what moves tensors', () => {
  const { cpu, cuda } = group.backends();
  console.log(`  of the CPU: ${cpu}; of CUDA: ${cuda}`);
  assert.equal(cpu, 'gloo');
  // Without the headers of NCCL and of CUDA Gloo moves them: no fault, and said.
  if (onGpu && cuda !== 'nccl')
    console.log('  NCCL is not there: its headers or those of CUDA were not found');
});

test('sums, broadcasts and gathers', () =>
  scoped(() => {
    const values = normal([5, 3], 1).to({ device });
    const expected = values.clone();
    group.allReduce_(values);
    same('sum', values, expected);
    group.broadcast_(values);
    same('broadcast', values, expected);
    const rows = expected.clone().requiresGrad_();
    const all = group.allGather(rows);
    same('gathered', all, expected);
    all.mul(expected).sum().backward();
    same('gradient', rows.grad, expected);
  }));

test('gradients in buckets', () =>
  scoped(() => {
    const weights = [normal([7, 3], 2), normal([3], 3)].map((one) => one.to({ device }).requiresGrad_());
    const input = normal([4, 7], 4).to({ device });
    const backward = () => input.matmul(weights[0]).add(weights[1]).square().sum().backward();
    backward();
    const expected = weights.map(({ grad }) => grad.clone());
    const buckets = new distributed.GradientBuckets(group, weights, { bytes: 16 });
    for (let step = 0; step < 3; step++) {
      for (const { grad } of weights) grad.zero_();
      buckets.arm();
      backward();
      buckets.finish();
      weights.forEach(({ grad }, i) => {
        near(`step ${step}, gradient ${i}`, grad, expected[i], { relative: 1e-6 });
      });
    }
    buckets[Symbol.dispose]();
  }));

test('batch normalization over all processes is that of one', () =>
  scoped(() => {
    const input = normal([6, 4, 5, 5], 5).to({ device });
    const outputs = [false, true].map((synchronized) => {
      const norm = new nn.BatchNorm2d(4).to({ device }).train();
      norm.synchronized = synchronized;
      const x = input.clone().requiresGrad_();
      const y = norm.call(x);
      y.mul(input.abs()).sum().backward();
      return [y, x.grad, norm.weight.grad, norm.runningMean, norm.runningVar];
    });
    outputs[1].forEach((one, i) => {
      near(['output', 'gradient', 'gradient of the weight', 'mean', 'variance'][i], one, outputs[0][i], {
        relative: 1e-5,
        absolute: 1e-5,
      });
    });
  }));

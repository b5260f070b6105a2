// Which parameters weight decay acts on: the same for every optimizer.
import { nn, ones, type Tensor } from '@xclr/torch';
import { afterAll, describe, expect, it } from 'vitest';
import { resolveTrainConfig } from '../../src/train/config.js';
import { decayGroups } from '../../src/train/decay-groups.js';
import { createOptimizer } from '../../src/train/optimize.js';

class Small extends nn.Module {
  readonly conv = new nn.Conv2d(3, 4, 3);
  readonly norm = new nn.BatchNorm2d(4);
  readonly clsToken = nn.parameter(ones([1, 1, 4]));
  readonly posEmbed = nn.parameter(ones([1, 2, 4]));
  readonly logitScale = nn.parameter(ones([1]));

  forward(x: Tensor): Tensor {
    return this.norm.call(this.conv.call(x));
  }
}

const model = new Small();
afterAll(() => model.dispose());
const names = new Map([...model.namedParameters()].map(([name, parameter]) => [parameter, name]));
const named = (params: Iterable<Tensor>) =>
  [...params].map((parameter) => names.get(parameter as nn.Parameter));

describe('weight decay', () => {
  it('acts on weights, not on biases, norms, tokens and scales', () => {
    expect(decayGroups(model).map(({ params, weightDecay }) => [named(params), weightDecay])).toEqual([
      [['conv.weight'], undefined],
      [['cls_token', 'pos_embed', 'logit_scale', 'conv.bias', 'norm.weight', 'norm.bias'], 0],
    ]);
  });

  it.each(['sgd', 'lars', 'adamw'] as const)('of %s is that', (name) => {
    const config = resolveTrainConfig({
      base: { data: { path: 'x.csv' }, optimizer: { name, weightDecay: 0.5 } },
    });
    using optimizer = createOptimizer(model, config);
    expect(optimizer.groups.map(({ params, weightDecay }) => [named(params)[0], weightDecay])).toEqual([
      ['conv.weight', 0.5],
      ['cls_token', 0],
    ]);
  });

  it('makes no group without parameters', () => {
    using linear = new nn.Linear(2, 2, { bias: false });
    expect(decayGroups(linear)).toHaveLength(1);
  });
});

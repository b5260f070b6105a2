// Which parameters weight decay acts on, for each optimizer.
import { nn, ones, type Tensor } from '@xclr/torch';
import { afterAll, describe, expect, it } from 'vitest';
import { decayGroups } from '../../src/train/decay-groups.js';

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
const groupsOf = (optimizer: 'sgd' | 'lars' | 'adamw') =>
  decayGroups(model, optimizer).map(({ params, weightDecay }) => [
    params.map((parameter) => names.get(parameter)),
    weightDecay,
  ]);

describe('weight decay', () => {
  it.each(['adamw', 'lars'] as const)(
    'of %s acts on weights, not on biases, norms, tokens and scales',
    (name) => {
      expect(groupsOf(name)).toEqual([
        [['conv.weight'], undefined],
        [['cls_token', 'pos_embed', 'logit_scale', 'conv.bias', 'norm.weight', 'norm.bias'], 0],
      ]);
    },
  );

  it('of sgd acts on biases and norms too, as in PyTorch, never on tokens and scales', () => {
    expect(groupsOf('sgd')).toEqual([
      [['conv.weight', 'conv.bias', 'norm.weight', 'norm.bias'], undefined],
      [['cls_token', 'pos_embed', 'logit_scale'], 0],
    ]);
  });

  it('makes no group without parameters', () => {
    using linear = new nn.Linear(2, 2, { bias: false });
    expect(decayGroups(linear, 'adamw')).toHaveLength(1);
    expect(decayGroups(linear, 'sgd')).toHaveLength(1);
  });
});

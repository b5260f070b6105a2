// Modules: names, state dicts, scopes, conversion, disposal.
import { describe, expect, it } from 'vitest';
import { liveTensors, nn, noGrad, optim, scoped, type Tensor, tensor, zeros } from '../../src/index.js';
import { fillByPattern, pattern } from '../goldens/pattern.js';
import { inScope } from '../support.js';

class Block extends nn.Module {
  readonly conv1 = new nn.Conv2d(3, 4, 3, { bias: false });
  readonly bn1 = new nn.BatchNorm2d(4);
  readonly classHeads = new nn.ModuleList([new nn.Linear(4, 2), new nn.Linear(4, 2)]);
  readonly shared = this.classHeads.at(0);
  readonly logitScale = nn.parameter(tensor(2));
  readonly meanColor = nn.buffer(zeros([3]));
  readonly settings = { depth: 3 };

  forward(x: Tensor): Tensor {
    const pooled = this.bn1.call(this.conv1.call(x)).mean([2, 3]); // (n, 4)
    return this.classHeads.at(0).call(pooled).mul(this.logitScale); // (n, 2)
  }
}

const NAMES = [
  'logit_scale',
  'mean_color',
  'conv1.weight',
  'bn1.weight',
  'bn1.bias',
  'bn1.running_mean',
  'bn1.running_var',
  'bn1.num_batches_tracked',
  'class_heads.0.weight',
  'class_heads.0.bias',
  'class_heads.1.weight',
  'class_heads.1.bias',
];

describe('names by reflection', () => {
  it('state dict, parameters, buffers and modules in PyTorch’s order and spelling; what is shared counts once', () => {
    using block = new Block();
    expect([...block.stateDict().keys()]).toEqual(NAMES);
    const buffers = NAMES.filter(
      (name) => name.includes('running') || name.includes('tracked') || name === 'mean_color',
    );
    expect([...block.namedBuffers().keys()]).toEqual(buffers);
    expect([...block.namedParameters().keys()]).toEqual(NAMES.filter((name) => !buffers.includes(name)));
    expect(block.parameters().every((parameter) => parameter.requiresGrad)).toBe(true);
    const modules = ['', 'conv1', 'bn1', 'class_heads', 'class_heads.0', 'class_heads.1'];
    expect([...block.namedModules().keys()]).toEqual(modules);
    expect(block.namedModules('backbone').has('backbone.class_heads.1')).toBe(true);
  });

  it('train and eval reach every module', () => {
    using block = new Block();
    expect(block.eval().bn1.training).toBe(false);
    expect(block.train().classHeads.at(1).training).toBe(true);
  });

  it('a parameter shared by two modules is one parameter', () => {
    using first = new nn.Linear(2, 2, { bias: false });
    class Tied extends nn.Module {
      readonly first = first;
      readonly second = Object.assign(Object.create(nn.Linear.prototype) as nn.Linear, {
        weight: first.weight,
      });
      forward(x: Tensor): Tensor {
        return this.first.call(x);
      }
    }
    const tied = new Tied();
    expect([...tied.stateDict().keys()]).toEqual(['first.weight', 'second.weight']);
    expect([...tied.namedParameters().keys()]).toEqual(['first.weight']);
  });
});

describe('loadStateDict', () => {
  const copy = (state: ReadonlyMap<string, Tensor>) =>
    new Map([...state].map(([name, t]) => [name, t.detach().clone()]));

  it(
    'copies every value, converting floating dtypes',
    inScope(() => {
      using from = new Block().to({ dtype: 'float64' });
      using into = new Block();
      fillByPattern(from);
      expect(into.loadStateDict(from.stateDict())).toEqual({ missing: [], unexpected: [], sizeMismatch: [] });
      for (const [name, own] of into.stateDict()) {
        expect(own.toNumbers(), name).toEqual(
          from.stateDict().get(name)!.to({ dtype: own.dtype }).toNumbers(),
        );
      }
      expect(into.conv1.weight.requiresGrad).toBe(true);
    }),
  );

  it(
    'strict names everything that does not fit and changes nothing',
    inScope(() => {
      using block = new Block();
      const before = block.logitScale.item();
      const state = copy(block.stateDict());
      state.set('logit_scale', tensor(7));
      state.delete('bn1.bias');
      state.set('conv1.weight', zeros([4, 3, 5, 5]));
      state.set('bn1.num_batches_tracked', tensor(1));
      state.set('fc.weight', zeros([2]));
      let message = '';
      try {
        block.loadStateDict(state);
      } catch (error) {
        message = String(error);
      }
      expect(message).toContain('1 missing (in the module, not in the state):\n    bn1.bias');
      expect(message).toContain('1 unexpected (in the state, not in the module):\n    fc.weight');
      expect(message).toContain('conv1.weight: expected float32 (4, 3, 3, 3), got float32 (4, 3, 5, 5)');
      expect(message).toContain('bn1.num_batches_tracked: expected int64 (), got float32 ()');
      expect(block.logitScale.item()).toBe(before);

      const report = block.loadStateDict(state, { strict: false });
      expect(report.missing).toEqual(['bn1.bias']);
      expect(report.unexpected).toEqual(['fc.weight']);
      expect(report.sizeMismatch.map(({ name }) => name)).toEqual([
        'conv1.weight',
        'bn1.num_batches_tracked',
      ]);
      expect(block.logitScale.item()).toBe(7);
    }),
  );

  it(
    'long lists are shortened',
    inScope(() => {
      using big = new nn.Sequential(...Array.from({ length: 30 }, () => new nn.Linear(1, 1)));
      expect(() => big.loadStateDict(new Map())).toThrow(
        /60 missing[\s\S]*0\.weight[\s\S]*4\.bias\n {4}… and 50 more/,
      );
    }),
  );
});

describe('scopes', () => {
  it('call frees intermediates, keeps the output, and backward still works', () => {
    using block = new Block();
    const before = liveTensors();
    scoped(() => {
      const x = pattern([2, 3, 8, 8], 1, 'float32');
      expect(liveTensors()).toBe(before + 1);
      const y = block.call(x);
      expect(liveTensors()).toBe(before + 2);
      y.sum().backward();
      expect(block.conv1.weight.grad!.shape).toEqual([4, 3, 3, 3]);
    });
    expect(liveTensors()).toBe(before);
    expect(block.bn1.numBatchesTracked!.item()).toBe(1);
    block.zeroGrad();
    expect(block.conv1.weight.grad).toBeNull();
  });

  it('a module made inside a scope outlives it, until disposed', () => {
    const before = liveTensors();
    const block = scoped(() => ({ made: new Block() })).made;
    expect(liveTensors()).toBe(before + NAMES.length);
    expect(block.logitScale.item()).toBe(2);
    block.dispose();
    expect(liveTensors()).toBe(before);
    expect(() => block.logitScale.item()).toThrow('disposed');
  });
});

describe('to', () => {
  it('converts in place: dtype of floating tensors, memory format of 4-d ones, gradients too', () => {
    using block = new Block();
    const { weight } = block.conv1;
    const before = liveTensors();
    scoped(() =>
      block
        .call(pattern([2, 3, 8, 8], 1, 'float32'))
        .sum()
        .backward(),
    );
    block.to({ dtype: 'float64', memoryFormat: 'channels_last' });
    expect(liveTensors()).toBe(before);
    expect(block.conv1.weight).toBe(weight);
    expect([weight.dtype, weight.requiresGrad]).toEqual(['float64', true]);
    expect(weight.strides).toEqual([27, 1, 9, 3]);
    expect(block.bn1.numBatchesTracked!.dtype).toBe('int64');
    scoped(() => {
      expect(weight.grad!.dtype).toBe('float64');
      expect(weight.grad!.strides).toEqual([27, 1, 9, 3]);
      block
        .call(pattern([2, 3, 8, 8], 1))
        .sum()
        .backward();
    });
  });

  it('an optimizer made before still works', () => {
    using block = new Block();
    using sgd = new optim.SGD({ params: block.parameters() }, { lr: 0.1 });
    block.to({ dtype: 'float64' });
    scoped(() => {
      const before = block.conv1.weight.toNumbers();
      block
        .call(pattern([2, 3, 8, 8], 1))
        .square()
        .sum()
        .backward();
      sgd.step();
      expect(block.conv1.weight.toNumbers()).not.toEqual(before);
    });
  });
});

it('ModuleList has no forward', () => {
  using list = new nn.ModuleList([new nn.Linear(1, 1)]);
  expect([...list]).toHaveLength(1);
  expect(() => noGrad(() => list.forward())).toThrow('has no forward of its own');
});

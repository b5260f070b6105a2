// Optimizers against PyTorch's trajectories: eight steps, a falling rate, a parameter that lacks its gradient at times.
import { describe, expect, it } from 'vitest';
import { type Dtype, optim, scoped, type Tensor } from '../../src/index.js';
import { golden, pattern } from '../goldens/pattern.js';
import { expectClose, inScope } from '../support.js';

type Trajectory = number[][];
interface Golden {
  cases: Record<string, Record<'float64' | 'float32', Trajectory>>;
  clip: Record<string, { norm: number; gradients: number[][] }>;
}

const { cases, clip } = golden<Golden>('optim');
const SHAPES = [[4, 3], [3], [2, 3, 2, 2], [5, 1]];
// One rounding an operation, eight steps of some ten operations.
const RELATIVE = { float64: 1e-14, float32: 2e-6 };

const parametersOf = (dtype: Dtype) =>
  SHAPES.map((shape, i) => pattern(shape, 600 + i, dtype).requiresGrad_());

/** As make_goldens.py's `trajectory`: gradients are 0.3 w + pattern; parameter 3 has none on even steps. */
function run(optimizer: AnyOptimizer, params: Tensor[], from: number, to: number): void {
  const base = optimizer.groups.map(({ lr }) => lr);
  for (let step = from; step < to; step++) {
    for (const [i, group] of optimizer.groups.entries()) group.lr = base[i]! / (1 + 0.5 * step);
    scoped(() => {
      for (const [i, param] of params.entries()) {
        const noise = pattern(param.shape, 700 + 10 * step + i, param.dtype);
        const gradient = param.detach().mul(0.3).add(noise);
        param.setGrad(i === 3 && step % 2 === 0 ? null : gradient);
      }
    });
    optimizer.step();
  }
  for (const [i, group] of optimizer.groups.entries()) group.lr = base[i]!;
}

type AnyOptimizer = optim.SGD | optim.LARS | optim.AdamW;

const two = (params: Tensor[]) => ({
  groups: [{ params: params.slice(0, 2) }, { params: params.slice(2), lr: 0.2, weightDecay: 0 }],
});

const makers: Record<string, (params: Tensor[]) => AnyOptimizer> = {
  sgd: (params) => new optim.SGD({ params }, { lr: 0.1 }),
  sgdMomentum: (params) => new optim.SGD({ params }, { lr: 0.1, momentum: 0.9, weightDecay: 0.01 }),
  sgdNesterov: (params) =>
    new optim.SGD({ params }, { lr: 0.1, momentum: 0.8, weightDecay: 0.02, nesterov: true }),
  sgdGroups: (params) => new optim.SGD(two(params), { lr: 0.1, momentum: 0.9, weightDecay: 0.05 }),
  adamw: (params) => new optim.AdamW({ params }, { lr: 0.05 }),
  adamwGroups: (params) =>
    new optim.AdamW(two(params), { lr: 0.05, beta1: 0.8, beta2: 0.95, eps: 1e-6, weightDecay: 0.1 }),
  lars: (params) => new optim.LARS({ params }, { lr: 5, weightDecay: 0.1, trustCoefficient: 0.02 }),
  larsGroups: (params) =>
    new optim.LARS(two(params), { lr: 4, momentum: 0.7, weightDecay: 0.1, trustCoefficient: 0.02 }),
};

describe('trajectories equal PyTorch', () => {
  it('every golden case is tested', () => expect(Object.keys(makers)).toEqual(Object.keys(cases)));

  for (const [name, make] of Object.entries(makers)) {
    for (const dtype of ['float64', 'float32'] as const) {
      it(
        `${name} ${dtype}`,
        inScope(() => {
          const params = parametersOf(dtype);
          using optimizer = make(params);
          run(optimizer, params, 0, 8);
          for (const [i, param] of params.entries()) {
            expectClose(param.toNumbers(), cases[name]![dtype][i]!, {
              relative: RELATIVE[dtype],
              label: `parameter ${i}`,
            });
          }
        }),
      );
    }
  }
});

describe('state dicts', () => {
  for (const [name, make] of Object.entries(makers)) {
    it(
      `${name}: five steps, saved, loaded into another, three more, equal eight bit for bit`,
      inScope(() => {
        const [straight, before, after] = [
          parametersOf('float32'),
          parametersOf('float32'),
          parametersOf('float32'),
        ];
        using uninterrupted = make(straight);
        run(uninterrupted, straight, 0, 8);

        using first = make(before);
        run(first, before, 0, 5);
        const { tensors, scalars } = first.stateDict();
        const stored = { tensors, scalars: JSON.parse(JSON.stringify(scalars)) as optim.OptimizerScalars };
        for (const [i, param] of before.entries()) after[i]!.detach().copy_(param.detach());
        using second = make(after);
        second.loadStateDict(stored);
        run(second, after, 5, 8);
        for (const [i, param] of after.entries()) expect(param.toNumbers()).toEqual(straight[i]!.toNumbers());
      }),
    );
  }

  it(
    'restores hyperparameters, and refuses another optimizer’s or model’s state',
    inScope(() => {
      const params = parametersOf('float32');
      using sgd = new optim.SGD({ params }, { lr: 0.1, momentum: 0.9 });
      run(sgd, params, 0, 2);
      expect([...sgd.stateDict().tensors.keys()]).toEqual(
        [0, 1, 2, 3].map((place) => `${place}.momentum_buffer`),
      );
      const [group] = sgd.groups;
      group!.lr = 0.025;
      using other = new optim.SGD({ params }, { lr: 1 });
      other.loadStateDict(sgd.stateDict());
      expect(other.groups[0]).toMatchObject({ lr: 0.025, momentum: 0.9, nesterov: false });

      using adam = new optim.AdamW({ params });
      expect(() => adam.loadStateDict(sgd.stateDict())).toThrow(
        'AdamW.loadStateDict: expected the state of AdamW, got SGD',
      );
      using fewer = new optim.SGD({ params: params.slice(1) }, { lr: 1 });
      expect(() => fewer.loadStateDict(sgd.stateDict())).toThrow('a number of parameters of 3, got 4');
      const shuffled = [params[1]!, params[0]!, params[2]!, params[3]!];
      using sizeMismatch = new optim.SGD({ params: shuffled }, { lr: 1 });
      expect(() => sizeMismatch.loadStateDict(sgd.stateDict())).toThrow(
        '0.momentum_buffer of shape (3), got (4, 3)',
      );
    }),
  );
});

describe('what a step leaves alone', () => {
  it(
    'gradients, and parameters without one',
    inScope(() => {
      for (const make of Object.values(makers)) {
        const params = parametersOf('float64');
        using optimizer = make(params);
        const gradient = pattern(SHAPES[0]!, 9);
        params[0]!.setGrad(gradient);
        const expected = gradient.toNumbers();
        optimizer.step();
        optimizer.step();
        expect(gradient.toNumbers()).toEqual(expected);
        for (const i of [1, 2, 3])
          expect(params[i]!.toNumbers()).toEqual(pattern(SHAPES[i]!, 600 + i).toNumbers());
        optimizer.zeroGrad();
        expect(params[0]!.grad).toBeNull();
      }
    }),
  );

  it(
    'bad settings are named',
    inScope(() => {
      const params = parametersOf('float32');
      expect(() => new optim.SGD({ params: [] }, { lr: 1 })).toThrow(
        'SGD: there is no parameter to optimize',
      );
      expect(() => new optim.SGD({ params: [...params, params[0]!] }, { lr: 1 })).toThrow(
        'a parameter is given twice',
      );
      expect(() => new optim.LARS({ params }, { lr: -1 })).toThrow(
        'LARS: lr must be zero or positive, got -1',
      );
      expect(() => new optim.SGD({ params }, { lr: 1, nesterov: true })).toThrow(
        'nesterov needs a momentum above 0',
      );
    }),
  );
});

describe('clipGradNorm equals PyTorch', () => {
  for (const [limit, expected] of Object.entries(clip)) {
    it(
      `at ${limit}`,
      inScope(() => {
        const params = parametersOf('float64');
        for (const [i, param] of params.entries()) param.setGrad(pattern(param.shape, 800 + i));
        const norm = optim.clipGradNorm(params, Number(limit));
        expectClose([norm], [expected.norm], { relative: 1e-14, label: 'norm' });
        for (const [i, param] of params.entries()) {
          expectClose(param.grad!.toNumbers(), expected.gradients[i]!, {
            relative: 1e-14,
            label: `gradient ${i}`,
          });
        }
      }),
    );
  }

  it(
    'leaves gradients that are not finite, and does without any',
    inScope(() => {
      const params = parametersOf('float64');
      expect(optim.clipGradNorm(params, 1)).toBe(0);
      params[1]!.setGrad(pattern([3], 1).mul(Number.NaN));
      params[0]!.setGrad(pattern([4, 3], 1).mul(100));
      expect(optim.clipGradNorm(params, 1)).toBeNaN();
      expect(params[0]!.grad!.toNumbers()).toEqual(pattern([4, 3], 1).mul(100).toNumbers());
      // An infinite norm once scaled all gradients to 0, and the infinite one to NaN.
      params[1]!.setGrad(pattern([3], 1).mul(Number.POSITIVE_INFINITY));
      const infinite = params[1]!.grad!.toNumbers();
      expect(optim.clipGradNorm(params, 1)).toBe(Number.POSITIVE_INFINITY);
      expect(params[0]!.grad!.toNumbers()).toEqual(pattern([4, 3], 1).mul(100).toNumbers());
      expect(params[1]!.grad!.toNumbers()).toEqual(infinite);
      expect(() => optim.clipGradNorm(params, 0)).toThrow('clipGradNorm: max must be above 0, got 0');
    }),
  );
});

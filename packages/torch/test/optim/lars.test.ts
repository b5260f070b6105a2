// LARS against the paper's formula, written as a float64 loop over plain numbers.
import { describe, expect, it } from 'vitest';
import { optim, scoped, tensor, zeros } from '../../src/index.js';
import { patternValues } from '../goldens/pattern.js';
import { expectClose, inScope } from '../support.js';

const LR = 0.3;
const MOMENTUM = 0.9;
const DECAY = 0.05;
const TRUST = 0.001;

const norm = (values: readonly number[]) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

/** Algorithm 1 of arXiv 1708.03888, one weight; `adapt` is false for what has at most one dimension. */
function step(w: number[], g: number[], v: number[], adapt: boolean): void {
  const both = norm(w) > 0 && norm(g) > 0;
  const local = adapt && both ? (TRUST * norm(w)) / (norm(g) + DECAY * norm(w)) : 1;
  for (let i = 0; i < w.length; i++) {
    v[i] = MOMENTUM * v[i]! + LR * local * (g[i]! + (adapt ? DECAY * w[i]! : 0));
    w[i]! -= v[i]!;
  }
}

describe('LARS', () => {
  for (const shape of [[5, 7], [6], [3, 2, 3, 3], []]) {
    it(
      `follows the formula for shape (${shape.join(', ')})`,
      inScope(() => {
        const n = shape.reduce((a, b) => a * b, 1);
        const w = [...patternValues(n, 40)];
        const v = w.map(() => 0);
        const param = tensor(Float64Array.from(w), { shape }).requiresGrad_();
        using lars = new optim.LARS({ params: [param] }, { lr: LR, momentum: MOMENTUM, weightDecay: DECAY });
        for (let at = 0; at < 6; at++) {
          const g = [...patternValues(n, 50 + at)];
          scoped(() => param.setGrad(tensor(Float64Array.from(g), { shape })));
          lars.step();
          step(w, g, v, shape.length > 1);
        }
        expectClose(param.toNumbers(), w, { relative: 1e-14, label: 'weight' });
      }),
    );
  }

  it(
    'a step moves a layer by lr · trust of its norm when gradients dwarf the decay',
    inScope(() => {
      const w = patternValues(35, 1);
      const param = tensor(w, { shape: [5, 7] }).requiresGrad_();
      param.setGrad(
        tensor(
          patternValues(35, 2).map((value) => value * 1e6),
          { shape: [5, 7] },
        ),
      );
      using lars = new optim.LARS({ params: [param] }, { lr: LR });
      lars.step();
      const moved = param.toNumbers().map((value, i) => value - w[i]!);
      expect(norm(moved)).toBeCloseTo(LR * TRUST * norm([...w]), 12);
    }),
  );

  it(
    'a zero weight takes the plain step, a zero gradient only the decay',
    inScope(() => {
      const born = zeros([2, 2], { dtype: 'float64' }).requiresGrad_();
      const still = tensor(new Float64Array([3, 0, 0, 4]), { shape: [2, 2] }).requiresGrad_();
      born.setGrad(tensor(new Float64Array([1, 2, 3, 4]), { shape: [2, 2] }));
      still.setGrad(zeros([2, 2], { dtype: 'float64' }));
      using lars = new optim.LARS({ params: [born, still] }, { lr: LR, weightDecay: DECAY });
      lars.step();
      expectClose(born.toNumbers(), [-0.3, -0.6, -0.9, -1.2], { relative: 1e-14 });
      expectClose(
        still.toNumbers(),
        [3, 0, 0, 4].map((value) => value * (1 - LR * DECAY)),
        { relative: 1e-14 },
      );
    }),
  );
});

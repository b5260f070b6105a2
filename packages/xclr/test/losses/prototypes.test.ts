// prototypeLoss against PyTorch, a double loop, closed forms and invariances.
import { manualSeed, noGrad, randn, scoped, type Tensor, tensor } from '@xclr/torch';
import { describe, expect, it } from 'vitest';
import { prototypeLoss, prototypeTargets, supervisedLoss } from '../../src/losses/index.js';
import { lossGoldens } from './loss-goldens.js';

type Rows = readonly (readonly number[])[];

const from = (rows: Rows | readonly number[]) => tensor(rows as number[][], { dtype: 'float64' });
const draw = (shape: number[], seed: number): Tensor => {
  manualSeed(seed);
  return randn(shape, { dtype: 'float64' });
};
const rowsOf = (x: Tensor): number[][] => {
  const [n, d] = [x.size(0), x.size(1)];
  const flat = x.toNumbers();
  return Array.from({ length: n }, (_, i) => flat.slice(i * d, (i + 1) * d));
};

/** Written from the formula: mean_i −Σ_k t_ik (l_ik − ln Σ exp l_i), l = ⟨a_k, x_i⟩ + b_k. */
function reference(x: Rows, anchors: Rows, targets: Rows, bias?: readonly number[]): number {
  let sum = 0;
  x.forEach((row, i) => {
    const logits = anchors.map(
      (anchor, k) => anchor.reduce((all, value, j) => all + value * row[j]!, 0) + (bias?.[k] ?? 0),
    );
    const total = Math.log(logits.reduce((all, value) => all + Math.exp(value), 0));
    targets[i]!.forEach((target, k) => {
      sum += target * (total - logits[k]!);
    });
  });
  return sum / x.length;
}

describe('prototypeLoss', () => {
  it('and its gradients are PyTorch’s cross-entropy of a linear layer with soft targets (float64)', () =>
    scoped(() => {
      const { x, anchors, bias, similarities, temperature, loss, gradients } = lossGoldens.prototypes;
      const inputs = [from(x), from(anchors), from(bias)].map((one) => one.requiresGrad_());
      const targets = prototypeTargets(from(similarities), temperature);
      const [a, b, c] = inputs as [Tensor, Tensor, Tensor];
      const found = prototypeLoss(a, b, targets, { bias: c });
      expect(found.item()).toBeCloseTo(loss, 11); // float64 sums of 63 terms; goldens have 12 digits
      found.backward();
      gradients.forEach((golden, i) => {
        const values = inputs[i]!.grad!.toNumbers();
        (golden as number[]).flat().forEach((value, k) => {
          expect(values[k]!).toBeCloseTo(value, 11);
        });
      });
      expect(targets.toNumbers()).toHaveLength(63);
      lossGoldens.prototypes.targets.flat().forEach((value, k) => {
        expect(targets.toNumbers()[k]!).toBeCloseTo(value, 11);
      });
    }));

  it.each([
    [3, 4, 2],
    [8, 5, 20],
  ])('of %i rows in %i dimensions over %i anchors is the double loop', (n, d, k) =>
    scoped(() => {
      const [x, anchors] = [draw([n, d], 1), draw([k, d], 2)];
      const targets = prototypeTargets(draw([n, k], 3).tanh(), 0.3);
      const expected = reference(rowsOf(x), rowsOf(anchors), rowsOf(targets));
      expect(prototypeLoss(x, anchors, targets).item()).toBeCloseTo(expected, 12);
    }),
  );

  it('is the supervised loss where targets are one-hot, as τ_a goes to 0', () =>
    scoped(() => {
      const [x, anchors, bias] = [draw([6, 4], 4), draw([5, 4], 5), draw([5], 6)];
      const similarities = draw([6, 5], 7).tanh();
      const classes = similarities.argmax({ dim: 1 });
      const logits = x.matmul(anchors.t()).add(bias);
      const sharp = prototypeTargets(similarities, 1e-6);
      expect(prototypeLoss(x, anchors, sharp, { bias }).item()).toBeCloseTo(
        supervisedLoss(logits, classes).item(),
        12,
      );
    }));

  it('is ln k where no anchor is nearer, whatever the targets', () =>
    scoped(() => {
      const targets = prototypeTargets(draw([4, 7], 8), 0.5);
      expect(prototypeLoss(draw([4, 3], 9), from(Array(7).fill([0, 0, 0])), targets).item()).toBeCloseTo(
        Math.log(7),
        12,
      );
    }));

  it('does not change when anchors are permuted, rows are, or all biases are raised', () =>
    scoped(() => {
      const [x, anchors, bias] = [draw([6, 4], 10), draw([5, 4], 11), draw([5], 12)];
      const targets = prototypeTargets(draw([6, 5], 13).tanh(), 0.2);
      const loss = prototypeLoss(x, anchors, targets, { bias }).item();
      const order = tensor(Int32Array.of(3, 0, 4, 1, 2));
      const permuted = prototypeLoss(x, anchors.indexSelect(0, order), targets.indexSelect(1, order), {
        bias: bias.indexSelect(0, order),
      });
      expect(permuted.item()).toBeCloseTo(loss, 12);
      const rows = tensor(Int32Array.of(5, 3, 1, 0, 2, 4));
      expect(
        prototypeLoss(x.indexSelect(0, rows), anchors, targets.indexSelect(0, rows), { bias }).item(),
      ).toBeCloseTo(loss, 12);
      expect(prototypeLoss(x, anchors, targets, { bias: bias.add(17) }).item()).toBeCloseTo(loss, 11);
    }));

  it('of two halves of a batch, averaged, has the value and the gradient of the whole', () =>
    scoped(() => {
      const [rows, targets] = [draw([8, 4], 14), prototypeTargets(draw([8, 5], 15).tanh(), 0.2)];
      const anchors = () => draw([5, 4], 16).requiresGrad_();
      const [whole, halves] = [anchors(), anchors()];
      const loss = prototypeLoss(rows, whole, targets);
      loss.backward();
      const parts = [0, 4].map((start) =>
        prototypeLoss(rows.narrow(0, start, 4), halves, targets.narrow(0, start, 4)),
      );
      const mean = parts[0]!.add(parts[1]!).div(2);
      mean.backward();
      expect(mean.item()).toBeCloseTo(loss.item(), 12);
      const expected = whole.grad!.toNumbers();
      halves.grad!.toNumbers().forEach((value, i) => {
        expect(value).toBeCloseTo(expected[i]!, 12);
      });
    }));

  it('over a sample of anchors has the partition sum of all on average', () =>
    scoped(() => {
      // The row's own anchor 0 is always there; 3 of the 9 others are, each with the chance 1/3. Z is a plain sum, so its mean over all
      // samples is exact: exp(−loss) times the own weight's inverse gives Z back.
      const [x, anchors] = [draw([1, 3], 17), draw([10, 3], 18)];
      const logits = x.matmul(anchors.t()).toNumbers();
      const z = logits.reduce((sum, value) => sum + Math.exp(value), 0);
      let [sum, count] = [0, 0];
      for (let a = 1; a < 10; a++) {
        for (let b = a + 1; b < 10; b++) {
          for (let c = b + 1; c < 10; c++) {
            const drawn = tensor(Int32Array.of(0, a, b, c));
            const loss = prototypeLoss(x, anchors.indexSelect(0, drawn), from([[1, 0, 0, 0]]), {
              logExpected: from([0, ...Array<number>(3).fill(Math.log(1 / 3))]),
            });
            sum += Math.exp(loss.item() + logits[0]!);
            count++;
          }
        }
      }
      expect(count).toBe(84);
      expect(sum / count).toBeCloseTo(z, 10);
    }));

  it('counts nothing for a row without a target, and carries no gradient to targets', () =>
    scoped(() => {
      const [x, anchors] = [draw([3, 2], 19), draw([4, 2], 20)];
      const two = prototypeTargets(draw([2, 4], 21), 0.5);
      const zero = from([[0, 0, 0, 0]]);
      const three = from([...rowsOf(two), ...rowsOf(zero)]).requiresGrad_();
      const whole = prototypeLoss(x.requiresGrad_(), anchors, three, { rows: 2 });
      expect(whole.item()).toBeCloseTo(prototypeLoss(x.narrow(0, 0, 2), anchors, two).item(), 12);
      whole.backward();
      expect(three.grad).toBeNull();
      expect(prototypeLoss(x, anchors, three.mul(0), { rows: 0 }).item()).toBeCloseTo(0, 12);
    }));

  it('stays finite for features of a thousand in float32', () =>
    scoped(() => {
      const x = noGrad(() => draw([4, 3], 22).mul(1000).to({ dtype: 'float32' }));
      const loss = prototypeLoss(
        x,
        draw([5, 3], 23).to({ dtype: 'float32' }),
        prototypeTargets(draw([4, 5], 24), 0.01).to({ dtype: 'float32' }),
      );
      expect(Number.isFinite(loss.item())).toBe(true);
      expect(loss.dtype).toBe('float32');
    }));

  it('refuses shapes that do not fit, and τ_a of 0 or below', () =>
    scoped(() => {
      const targets = prototypeTargets(draw([4, 5], 25), 1);
      expect(() => prototypeLoss(draw([4, 3], 1), draw([5, 2], 1), targets)).toThrow(
        /anchors must be \(k, 3\) to match x, got \(5, 2\)/,
      );
      expect(() => prototypeLoss(draw([3, 3], 1), draw([5, 3], 1), targets)).toThrow(
        /targets must be \(3, 5\).*got \(4, 5\)/,
      );
      for (const temperature of [0, -1, Number.NaN]) {
        expect(() => prototypeTargets(targets, temperature)).toThrow(/temperature must be positive/);
      }
    }));
});

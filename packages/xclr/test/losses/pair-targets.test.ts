// smoothTargets, mixTargets and memoryLoss: double loops, closed forms, identities with the contrastive loss.
import { cat, eye, manualSeed, randn, scoped, type Tensor, tensor, zeros } from '@xclr/torch';
import { describe, expect, it } from 'vitest';
import {
  contrastiveLoss,
  memoryLoss,
  memoryTargets,
  mixTargets,
  smoothTargets,
  softTargetLoss,
  targetDistribution,
} from '../../src/losses/index.js';
import { distributions, unitRows } from './reference.js';

const draw = (shape: number[], seed: number): Tensor => {
  manualSeed(seed);
  return randn(shape, { dtype: 'float64' });
};
const rowsOf = (x: Tensor): number[][] => {
  const [n, d] = [x.size(0), x.size(1)];
  const flat = x.toNumbers();
  return Array.from({ length: n }, (_, i) => flat.slice(i * d, (i + 1) * d));
};
const near = (found: Tensor, expected: readonly number[], digits = 12) =>
  found.toNumbers().forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i]!, digits);
  });

describe('smoothTargets', () => {
  it('moves α to a uniform target over the others, never to the view itself', () =>
    scoped(() => {
      const targets = targetDistribution(draw([5, 5], 1));
      const rows = rowsOf(targets);
      const expected = rows.flatMap((row, i) => row.map((p, j) => (i === j ? 0 : 0.7 * p + 0.3 / 4)));
      near(smoothTargets(targets, 0.3), expected);
      near(smoothTargets(targets, 0), rows.flat());
      near(
        smoothTargets(targets, 1),
        rows.flatMap((_, i) => rows.map((__, j) => (i === j ? 0 : 1 / 4))),
      );
      for (const sum of smoothTargets(targets, 0.3).sum(1).toNumbers()) expect(sum).toBeCloseTo(1, 12);
    }));

  it('makes the loss a mean of the two losses: cross-entropy is linear in its targets', () =>
    scoped(() => {
      const [z, targets] = [draw([6, 3], 2), targetDistribution(draw([6, 6], 3))];
      const [plain, uniform] = [softTargetLoss(z, targets), softTargetLoss(z, smoothTargets(targets, 1))];
      expect(softTargetLoss(z, smoothTargets(targets, 0.25)).item()).toBeCloseTo(
        0.75 * plain.item() + 0.25 * uniform.item(),
        11,
      );
    }));

  it('refuses α outside [0, 1] and targets that are no square', () =>
    scoped(() => {
      for (const alpha of [-0.1, 1.2, Number.NaN])
        expect(() => smoothTargets(eye(3), alpha)).toThrow(/alpha must be from 0 to 1/);
      expect(() => smoothTargets(draw([3, 2], 4), 0.5)).toThrow(/must be \(n, n\).*got \(3, 2\)/);
    }));
});

describe('mixTargets', () => {
  it('is the double loop, and the graph alone at γ = 0', () =>
    scoped(() => {
      const [graph, teacher] = [draw([6, 6], 5), draw([6, 4], 6)];
      const { s, p } = distributions(rowsOf(teacher), rowsOf(graph), 0.2);
      const expected = s.flatMap((row, i) => row.map((value, j) => 0.6 * value + 0.4 * p[i]![j]!));
      const targets = targetDistribution(graph);
      near(mixTargets(targets, teacher, 0.4, { temperature: 0.2 }), expected);
      near(mixTargets(targets, teacher, 0), s.flat());
    }));

  it('asks for nothing where the teacher is the student: the loss is the entropy, its gradient 0', () =>
    scoped(() => {
      const z = draw([6, 4], 7).requiresGrad_();
      const targets = mixTargets(targetDistribution(draw([6, 6], 8)), z, 1, { temperature: 0.3 });
      expect(targets.requiresGrad).toBe(false);
      const loss = softTargetLoss(z, targets, { temperature: 0.3 });
      const entropy =
        -rowsOf(targets)
          .flat()
          .reduce((sum, p) => sum + (p > 0 ? p * Math.log(p) : 0), 0) / 6;
      expect(loss.item()).toBeCloseTo(entropy, 12);
      loss.backward();
      for (const value of z.grad!.toNumbers()) expect(Math.abs(value)).toBeLessThan(1e-12);
    }));

  it('refuses γ outside [0, 1], τ_t of 0, and a teacher of other views', () =>
    scoped(() => {
      const targets = targetDistribution(draw([4, 4], 9));
      expect(() => mixTargets(targets, draw([4, 2], 1), 1.1)).toThrow(/weight must be from 0 to 1/);
      expect(() => mixTargets(targets, draw([4, 2], 1), 0.5, { temperature: 0 })).toThrow(/positive/);
      expect(() => mixTargets(targets, draw([3, 2], 1), 0.5)).toThrow(/each of 4 views, got 3/);
    }));
});

describe('memoryLoss', () => {
  /** Written from the formula over the others of the batch and the memory. */
  function reference(z: number[][], past: number[][], logits: number[][], temperature: number): number {
    const [u, all] = [unitRows(z), unitRows([...z, ...past])];
    let loss = 0;
    u.forEach((a, i) => {
      const others = all.map((_, j) => j).filter((j) => j !== i);
      const cosine = (j: number) => all[j]!.reduce((sum, value, k) => sum + value * a[k]!, 0) / temperature;
      const total = Math.log(others.reduce((sum, j) => sum + Math.exp(cosine(j)), 0));
      const weights = others.reduce((sum, j) => sum + Math.exp(logits[i]![j]!), 0);
      for (const j of others) loss += (Math.exp(logits[i]![j]!) / weights) * (total - cosine(j));
    });
    return loss / z.length;
  }

  it('is the double loop over the others of the batch and the memory', () =>
    scoped(() => {
      const [z, past, logits] = [draw([5, 3], 10), draw([7, 3], 11), draw([5, 12], 12)];
      const expected = reference(rowsOf(z), rowsOf(past), rowsOf(logits), 0.2);
      expect(memoryLoss(z, past, memoryTargets(logits), { temperature: 0.2 }).item()).toBeCloseTo(
        expected,
        11,
      );
    }));

  it('is the contrastive loss with an empty memory, value and gradient', () =>
    scoped(() => {
      const logits = draw([6, 6], 13);
      const [a, b] = [draw([6, 4], 14).requiresGrad_(), draw([6, 4], 14).requiresGrad_()];
      const empty = memoryLoss(a, zeros([0, 4], { dtype: 'float64' }), memoryTargets(logits));
      const plain = contrastiveLoss(b, logits);
      expect(empty.item()).toBeCloseTo(plain.item(), 12);
      empty.backward();
      plain.backward();
      near(a.grad!, b.grad!.toNumbers(), 12);
    }));

  it('is the first rows’ part of the contrastive loss on batch and memory together', () =>
    scoped(() => {
      const [z, past, logits] = [draw([4, 3], 15), draw([6, 3], 16), draw([10, 10], 17)];
      const joint = cat([z, past], { dim: 0 });
      const targets = targetDistribution(logits);
      const first = tensor([...Array<number>(4).fill(1), ...Array<number>(6).fill(0)], {
        dtype: 'float64',
      }).reshape([10, 1]);
      // Rows of zeros count nothing: 10/4 of the mean over ten rows is the mean over four.
      const part = softTargetLoss(joint, targets.mul(first)).item() * (10 / 4);
      expect(memoryLoss(z, past, memoryTargets(logits.narrow(0, 0, 4))).item()).toBeCloseTo(part, 11);
    }));

  it('does not change when the memory is permuted, and gives it no gradient', () =>
    scoped(() => {
      const [z, past, logits] = [draw([4, 3], 18), draw([5, 3], 19).requiresGrad_(), draw([4, 9], 20)];
      const order = tensor(Int32Array.of(4, 2, 0, 3, 1));
      const loss = memoryLoss(z.requiresGrad_(), past, memoryTargets(logits));
      loss.backward();
      expect(past.grad).toBeNull();
      expect(z.grad).not.toBeNull();
      const moved = cat([logits.narrow(1, 0, 4), logits.narrow(1, 4, 5).indexSelect(1, order)], { dim: 1 });
      expect(memoryLoss(z, past.indexSelect(0, order), memoryTargets(moved)).item()).toBeCloseTo(
        loss.item(),
        12,
      );
    }));

  it('refuses shapes that do not fit, and τ of 0', () =>
    scoped(() => {
      const [z, past] = [draw([4, 3], 21), draw([5, 3], 22)];
      const targets = memoryTargets(draw([4, 9], 23));
      expect(() => memoryLoss(z, draw([5, 2], 1), targets)).toThrow(/memory must be \(m, 3\).*got \(5, 2\)/);
      expect(() => memoryLoss(z, past, memoryTargets(draw([4, 8], 1)))).toThrow(
        /targets must be \(4, 9\).*got \(4, 8\)/,
      );
      expect(() => memoryLoss(z, past, targets, { temperature: 0 })).toThrow(/temperature must be positive/);
      expect(() => memoryTargets(draw([4, 3], 1))).toThrow(/must be \(n, n \+ m\), got \(4, 3\)/);
    }));
});

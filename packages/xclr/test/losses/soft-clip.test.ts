// softClipLoss against PyTorch, CLIP's own loss, closed forms and invariances.
import { eye, manualSeed, randn, scoped, type Tensor, tensor } from '@xclr/torch';
import { describe, expect, it } from 'vitest';
import { clipLoss, softClipLoss, softClipTargets } from '../../src/losses/index.js';
import { lossGoldens } from './loss-goldens.js';

const from = (rows: readonly (readonly number[])[]) => tensor(rows as number[][], { dtype: 'float64' });
const draw = (shape: number[], seed: number): Tensor => {
  manualSeed(seed);
  return randn(shape, { dtype: 'float64' });
};
const graphOf = (n: number, seed: number) => {
  const vectors = draw([n, 3], seed);
  return vectors.matmul(vectors.t()).div(2);
};

describe('softClipLoss', () => {
  it('and its gradients are PyTorch’s (float64)', () =>
    scoped(() => {
      const golden = lossGoldens.softClip;
      const images = from(golden.images).requiresGrad_();
      const captions = from(golden.captions).requiresGrad_();
      const scale = tensor([golden.scale], { dtype: 'float64' }).requiresGrad_();
      const targets = softClipTargets(from(golden.similarities).div(golden.temperature), golden.beta);
      golden.targets.flat().forEach((value, k) => {
        expect(targets.toNumbers()[k]!).toBeCloseTo(value, 11);
      });
      const loss = softClipLoss(images, captions, scale, targets);
      expect(loss.item()).toBeCloseTo(golden.loss, 11); // float64; goldens have 12 digits
      loss.backward();
      const expected = [...golden.gradients[0], ...golden.gradients[1], [golden.gradients[2]]].flat();
      const found = [images, captions, scale].flatMap((one) => one.grad!.toNumbers());
      expected.forEach((value, k) => {
        expect(found[k]!).toBeCloseTo(value, 10);
      });
    }));

  it('is CLIP’s loss at β = 0, with pairs of the same words left out and without', () =>
    scoped(() => {
      const [x, t] = [draw([6, 4], 1), draw([6, 4], 2)];
      const codes = tensor(Int32Array.of(0, 1, 0, 2, 1, 3));
      const same = codes.unsqueeze(0).eq(codes.unsqueeze(1));
      for (const options of [{}, { same }]) {
        const targets = softClipTargets(graphOf(6, 3), 0, options);
        expect(targets.toNumbers()).toEqual(eye(6).toNumbers());
        expect(softClipLoss(x, t, 8, targets, options).item()).toBeCloseTo(
          clipLoss(x, t, 8, options).item(),
          12,
        );
      }
    }));

  it('is ln n where all is similar, whatever β', () =>
    scoped(() => {
      const similar = from(Array.from({ length: 5 }, () => [1, 2]));
      const loss = softClipLoss(similar, similar, 20, softClipTargets(graphOf(5, 4), 0.7));
      expect(loss.item()).toBeCloseTo(Math.log(5), 12);
    }));

  it('does not change when pairs are permuted, or when images and captions change sides', () =>
    scoped(() => {
      const [x, t, graph] = [draw([7, 4], 5), draw([7, 4], 6), graphOf(7, 7)];
      const order = tensor(Int32Array.of(3, 0, 6, 1, 5, 2, 4));
      const move = (one: Tensor) => one.indexSelect(0, order);
      const targets = softClipTargets(graph, 0.4);
      const loss = softClipLoss(x, t, 5, targets).item();
      const moved = softClipTargets(move(graph).indexSelect(1, order), 0.4);
      expect(softClipLoss(move(x), move(t), 5, moved).item()).toBeCloseTo(loss, 12);
      expect(softClipLoss(t, x, 5, targets).item()).toBeCloseTo(loss, 12);
    }));

  it('gives pairs of the same words that are left out no target, and no part in the sum', () =>
    scoped(() => {
      const codes = tensor(Int32Array.of(0, 1, 0, 2));
      const same = codes.unsqueeze(0).eq(codes.unsqueeze(1));
      const targets = softClipTargets(graphOf(4, 8), 0.5, { same });
      const rows = targets.toNumbers();
      expect(rows[2]).toBe(0); // images 0 and 2
      expect(rows[8]).toBe(0);
      for (const sum of targets.sum(1).toNumbers()) expect(sum).toBeCloseTo(1, 12);
      const captions = draw([4, 3], 9);
      const loss = (moved: number) => {
        const x = captions.clone();
        x.select(0, 2).mul_(moved); // lengths do not matter, and 2 is no negative of 0
        return softClipLoss(draw([4, 3], 10), x, 6, targets, { same });
      };
      expect(loss(3).item()).toBeCloseTo(loss(1).item(), 12);
      expect(Number.isFinite(loss(1).item())).toBe(true);
    }));

  it('refuses β outside [0, 1], and shapes that do not fit', () =>
    scoped(() => {
      for (const beta of [-0.1, 1.1, Number.NaN])
        expect(() => softClipTargets(eye(3), beta)).toThrow(/beta must be from 0 to 1/);
      expect(() => softClipTargets(draw([3, 2], 1), 0.5)).toThrow(/graph must be \(n, n\), got \(3, 2\)/);
      const targets = softClipTargets(eye(4), 0.5);
      expect(() => softClipLoss(draw([4, 3], 1), draw([5, 3], 1), 1, targets)).toThrow(/one shape/);
      expect(() => softClipLoss(draw([3, 3], 1), draw([3, 3], 1), 1, targets)).toThrow(
        /targets must be \(3, 3\) to match the images, got \(4, 4\)/,
      );
      expect(() => softClipLoss(draw([1, 3], 1), draw([1, 3], 1), 1, eye(1))).toThrow(/at least 2 pairs/);
    }));
});

// clipLoss and supervisedLoss against double loops, closed forms and invariances.
import { manualSeed, randn, scoped, type Tensor, tensor } from '@xclr/torch';
import { describe, expect, it } from 'vitest';
import { clipLoss, smoothedEntropy, supervisedLoss } from '../../src/losses/index.js';

type Rows = readonly (readonly number[])[];

function rowsOf(x: Tensor): number[][] {
  const [n, d] = [x.size(0), x.size(1)];
  const flat = x.toNumbers();
  return Array.from({ length: n }, (_, i) => flat.slice(i * d, (i + 1) * d));
}

const unit = (row: readonly number[]) => row.map((value) => value / Math.hypot(...row));
const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, k) => sum + value * b[k]!, 0);

/** Written from Radford et al., figure 3, in plain numbers. `same[i][j]` pairs are left out. */
function reference(
  images: Rows,
  captions: Rows,
  scale: number,
  same?: readonly (readonly boolean[])[],
): number {
  const n = images.length;
  const logit = (i: number, j: number) => scale * dot(unit(images[i]!), unit(captions[j]!));
  const counts = (i: number, j: number) => i === j || !(same?.[i]?.[j] ?? false);
  let sum = 0;
  for (let i = 0; i < n; i++) {
    let [across, down] = [0, 0];
    for (let j = 0; j < n; j++) {
      if (counts(i, j)) across += Math.exp(logit(i, j));
      if (counts(j, i)) down += Math.exp(logit(j, i));
    }
    sum += Math.log(across) - logit(i, i) + Math.log(down) - logit(i, i);
  }
  return sum / (2 * n);
}

const draw = (n: number, d: number, seed: number) => {
  manualSeed(seed);
  return randn([n, d], { dtype: 'float64' });
};

describe('clipLoss', () => {
  it.each([
    [4, 3, 1],
    [9, 6, 14.3],
    [17, 5, 100],
  ])('of %i pairs in %i dimensions at scale %d is the double loop (float64)', (n, d, scale) =>
    scoped(() => {
      const [x, t] = [draw(n, d, 1), draw(n, d, 2)];
      const expected = reference(rowsOf(x), rowsOf(t), scale);
      expect(clipLoss(x, t, scale).item()).toBeCloseTo(expected, 12);
    }),
  );

  it('is ln n where all is similar, and nearly 0 where every image is its caption and no other', () =>
    scoped(() => {
      const similar = tensor(
        [
          [1, 0],
          [1, 0],
          [1, 0],
        ],
        { dtype: 'float64' },
      );
      expect(clipLoss(similar, similar, 10).item()).toBeCloseTo(Math.log(3), 12);
      const apart = tensor(
        [
          [1, 0],
          [0, 1],
        ],
        { dtype: 'float64' },
      );
      expect(clipLoss(apart, apart, 100).item()).toBeCloseTo(Math.log1p(Math.exp(-100)), 12);
    }));

  it('does not change when pairs are permuted, or when images and captions change sides', () =>
    scoped(() => {
      const [x, t] = [draw(7, 4, 3), draw(7, 4, 4)];
      const order = tensor(Int32Array.of(3, 0, 6, 1, 5, 2, 4));
      const loss = clipLoss(x, t, 5).item();
      expect(clipLoss(x.indexSelect(0, order), t.indexSelect(0, order), 5).item()).toBeCloseTo(loss, 12);
      expect(clipLoss(t, x, 5).item()).toBeCloseTo(loss, 12);
    }));

  it('has the slope of the double loop in images, captions and scale (central differences)', () =>
    scoped(() => {
      const [x, t] = [draw(5, 3, 5).requiresGrad_(), draw(5, 3, 6).requiresGrad_()];
      const scale = tensor([7], { dtype: 'float64' }).requiresGrad_();
      clipLoss(x, t, scale).backward();
      const [rows, texts] = [rowsOf(x.detach()), rowsOf(t.detach())];
      const h = 1e-5;
      const moved = (of: Rows, i: number, k: number, by: number) =>
        of.map((row, r) => row.map((value, c) => (r === i && c === k ? value + by : value)));
      const slope = (plus: number, minus: number) => (plus - minus) / (2 * h);
      for (let i = 0; i < 5; i++) {
        for (let k = 0; k < 3; k++) {
          const images = slope(
            reference(moved(rows, i, k, h), texts, 7),
            reference(moved(rows, i, k, -h), texts, 7),
          );
          const captions = slope(
            reference(rows, moved(texts, i, k, h), 7),
            reference(rows, moved(texts, i, k, -h), 7),
          );
          expect(x.grad!.toNumbers()[3 * i + k]!).toBeCloseTo(images, 8);
          expect(t.grad!.toNumbers()[3 * i + k]!).toBeCloseTo(captions, 8);
        }
      }
      expect(scale.grad!.item()).toBeCloseTo(
        slope(reference(rows, texts, 7 + h), reference(rows, texts, 7 - h)),
        8,
      );
    }));

  it('leaves pairs with the same words out of the count where told to, and never the own caption', () =>
    scoped(() => {
      const [x, t] = [draw(4, 3, 7), draw(4, 3, 8)];
      const same = [0, 1, 0, 2].map((a) => [0, 1, 0, 2].map((b) => a === b));
      const mask = tensor(Int32Array.from(same.flat().map(Number)), { shape: [4, 4] }).eq(1);
      expect(clipLoss(x, t, 3, { same: mask }).item()).toBeCloseTo(
        reference(rowsOf(x), rowsOf(t), 3, same),
        12,
      );
    }));

  it('refuses captions that are not one an image', () =>
    scoped(() => {
      expect(() => clipLoss(draw(4, 3, 1), draw(5, 3, 1), 1)).toThrow(/one shape, got \(4, 3\) and \(5, 3\)/);
      expect(() => clipLoss(draw(1, 3, 1), draw(1, 3, 1), 1)).toThrow(/at least 2 pairs/);
    }));
});

describe('supervisedLoss', () => {
  it.each([0, 0.1])('is the double loop, label smoothing %d', (labelSmoothing) =>
    scoped(() => {
      const logits = draw(6, 4, 9);
      const classes = [0, 3, 1, 1, 2, 0];
      let sum = 0;
      for (const [i, row] of rowsOf(logits).entries()) {
        const total = Math.log(row.reduce((all, value) => all + Math.exp(value), 0));
        row.forEach((value, c) => {
          const target = (c === classes[i] ? 1 - labelSmoothing : 0) + labelSmoothing / 4;
          sum += target * (total - value);
        });
      }
      const loss = supervisedLoss(logits, tensor(Int32Array.from(classes)).to({ dtype: 'int64' }), {
        labelSmoothing,
      });
      expect(loss.item()).toBeCloseTo(sum / 6, 12);
    }),
  );

  it('cannot fall below the entropy of its targets', () => {
    expect(smoothedEntropy(10, 0)).toBe(0);
    const [own, rest] = [0.91, 0.01];
    expect(smoothedEntropy(10, 0.1)).toBeCloseTo(-own * Math.log(own) - 9 * rest * Math.log(rest), 12);
  });
});

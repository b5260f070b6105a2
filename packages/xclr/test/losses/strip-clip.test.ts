// CLIP's loss by strips against CLIP's loss at once, to the gradients, and against PyTorch's.
import { manualSeed, randn, scoped, type Tensor, tensor } from '@xclr/torch';
import { describe, expect, it } from 'vitest';
import { clipLoss, softClipLoss, softClipTargets, stripClipLoss } from '../../src/losses/index.js';
import type { RowRange } from '../../src/losses/strips.js';
import { lossGoldens } from './loss-goldens.js';

const from = (rows: readonly (readonly number[])[]) => tensor(rows as number[][], { dtype: 'float64' });
const size = (x: Tensor) => x.linalgVectorNorm().item();

interface Operands {
  readonly images: Tensor;
  readonly captions: Tensor;
  readonly scale: Tensor;
}

function operands(n: number, d: number): Operands {
  manualSeed(n);
  const [images, captions] = [randn([n, d], { dtype: 'float64' }), randn([n, d], { dtype: 'float64' })];
  return { images, captions, scale: tensor(7, { dtype: 'float64' }) };
}

/** Value and gradients of a loss, from copies of its operands. */
function valued(of: Operands, loss: (own: Operands) => Tensor): { value: number; gradients: Tensor[] } {
  const own = {
    images: of.images.detach().clone().requiresGrad_(),
    captions: of.captions.detach().clone().requiresGrad_(),
    scale: of.scale.detach().clone().requiresGrad_(),
  };
  const result = loss(own);
  result.mul(3).backward(); // the gradient must follow what is done to the loss
  return { value: result.item(), gradients: Object.values(own).map(({ grad }) => grad!) };
}

function expectSame(got: ReturnType<typeof valued>, expected: ReturnType<typeof valued>): void {
  expect(Math.abs(got.value - expected.value)).toBeLessThan(1e-12 * expected.value);
  got.gradients.forEach((gradient, i) => {
    expect(size(gradient.sub(expected.gradients[i]!))).toBeLessThan(1e-12 * size(expected.gradients[i]!));
  });
}

const n = 11;
const codes = Int32Array.from({ length: n }, (_, i) => i % 4); // captions of the same words
const sameOf = ({ start, end }: RowRange = { start: 0, end: n }) => {
  const all = tensor(codes);
  return all
    .narrow(0, start, end - start)
    .unsqueeze(1)
    .eq(all.unsqueeze(0));
};
const graphOf = () => {
  manualSeed(5);
  const vectors = randn([n, 4], { dtype: 'float64' });
  return vectors.matmul(vectors.t());
};

describe.each([1, 4, n - 1, n, n + 1])('at a tile of %i of 11 pairs', (tile) => {
  it('is clipLoss, with captions of the same words left out and without', () =>
    scoped(() => {
      const of = operands(n, 6);
      const plain = valued(of, ({ images, captions, scale }) => clipLoss(images, captions, scale));
      expectSame(
        valued(of, ({ images, captions, scale }) => stripClipLoss(images, captions, scale, { tile })),
        plain,
      );
      const masked = valued(of, ({ images, captions, scale }) =>
        clipLoss(images, captions, scale, { same: sameOf() }),
      );
      expectSame(
        valued(of, ({ images, captions, scale }) =>
          stripClipLoss(images, captions, scale, { tile, same: sameOf }),
        ),
        masked,
      );
      expect(masked.value).not.toBeCloseTo(plain.value, 3);
    }));

  it('is softClipLoss, with captions of the same words left out and without', () =>
    scoped(() => {
      const of = operands(n, 6);
      const logits = graphOf();
      for (const same of [undefined, sameOf]) {
        const whole = same === undefined ? {} : { same: same() };
        const expected = valued(of, ({ images, captions, scale }) =>
          softClipLoss(images, captions, scale, softClipTargets(logits, 0.4, whole), whole),
        );
        const targets = (rows: RowRange) =>
          softClipTargets(logits.narrow(0, rows.start, rows.end - rows.start), 0.4, {
            start: rows.start,
            ...(same !== undefined && { same: same(rows) }),
          });
        const options = { tile, targets, ...(same !== undefined && { same }) };
        expectSame(
          valued(of, ({ images, captions, scale }) => stripClipLoss(images, captions, scale, options)),
          expected,
        );
      }
    }));
});

it('and its gradients are PyTorch’s (float64)', () =>
  scoped(() => {
    const golden = lossGoldens.softClip;
    const images = from(golden.images).requiresGrad_();
    const captions = from(golden.captions).requiresGrad_();
    const scale = tensor([golden.scale], { dtype: 'float64' }).requiresGrad_();
    const targets = softClipTargets(from(golden.similarities).div(golden.temperature), golden.beta);
    const loss = stripClipLoss(images, captions, scale, {
      targets: ({ start, end }) => targets.narrow(0, start, end - start),
      tile: 2,
    });
    expect(loss.item()).toBeCloseTo(golden.loss, 11); // goldens have 12 digits
    loss.backward();
    const expected = [...golden.gradients[0], ...golden.gradients[1], [golden.gradients[2]]].flat();
    const found = [images, captions, scale].flatMap((one) => one.grad!.toNumbers());
    expected.forEach((value, k) => {
      expect(found[k]!).toBeCloseTo(value, 10);
    });
  }));

it('of parts of the pairs have the whole one as their mean', () =>
  scoped(() => {
    const of = operands(8, 5);
    const parts = [
      [{ start: 0, end: 4 }],
      [
        { start: 4, end: 6 },
        { start: 6, end: 8 },
      ],
    ];
    expectSame(
      valued(of, ({ images, captions, scale }) =>
        parts
          .map((rows) => stripClipLoss(images, captions, scale, { rows, tile: 3 }))
          .reduce((sum, one) => sum.add(one))
          .div(2),
      ),
      valued(of, ({ images, captions, scale }) => clipLoss(images, captions, scale)),
    );
  }));

it('takes a number as its scale, and refuses what does not fit', () =>
  scoped(() => {
    const { images, captions } = operands(5, 3);
    expect(stripClipLoss(images, captions, 4).item()).toBeCloseTo(clipLoss(images, captions, 4).item(), 12);
    expect(() => stripClipLoss(images, captions.narrow(0, 0, 4), 1)).toThrow(
      /one shape, got \(5, 3\) and \(4, 3\)/,
    );
    expect(() => stripClipLoss(images.narrow(0, 0, 1), captions.narrow(0, 0, 1), 1)).toThrow(
      /at least 2 pairs/,
    );
    expect(() => stripClipLoss(images, captions, 1, { tile: 0 })).toThrow(/tile must be/);
  }));
